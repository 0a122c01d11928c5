import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { beginningOf, indented, inLine, visible } from '../src/clean.ts';

/** Text with many control characters, and with text that looks like escapes. */
const foulText = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        '\u001b[2J',
        '\u001b]52;c;aGk=\u0007',
        '\u009b31m',
        '\u202e',
        '\u2066',
        '\u200d',
        '\ud83d',
      ),
      fc.constantFrom('\r', '\n', '\t', '\u2028', '\u0085', '\\u001b', '\\n', '👩‍💻', '\ufe0f', 'é', '漢', '"'),
    ),
  )
  .map((parts) => parts.join(''));

/** Whether a text has control or format characters, one list independent of the code. */
const steers = (text: string): boolean =>
  Array.from(text).some((character) => {
    const code = character.codePointAt(0)!;
    if (character === '\n' || character === '\t' || code === 0x200d) return false;
    return (
      code < 0x20 ||
      (code >= 0x7f && code < 0xa0) ||
      [0xad, 0x61c, 0x180e, 0xfeff].includes(code) ||
      (code >= 0x200b && code <= 0x200f) ||
      (code >= 0x2028 && code <= 0x202e) ||
      (code >= 0x2060 && code <= 0x206f) ||
      (code >= 0xd800 && code <= 0xdfff) ||
      (code >= 0xe0000 && code <= 0xe007f)
    );
  });

describe('text for a terminal', () => {
  it('contains no control characters, whatever it was made from', () => {
    fc.assert(
      fc.property(foulText, (text) => {
        expect(steers(visible(text))).toBe(false);
        expect(steers(inLine(text)) || /[\n\t]/.test(inLine(text))).toBe(false);
      }),
    );
  });

  it('does not change when it is cleaned again', () => {
    fc.assert(
      fc.property(foulText, fc.integer({ min: 6, max: 20 }), (text, most) => {
        expect(visible(visible(text))).toBe(visible(text));
        expect(inLine(inLine(text))).toBe(inLine(text));
        expect(inLine(inLine(text, most), most)).toBe(inLine(text, most));
        expect(indented(indented(text))).toBe(indented(text));
      }),
    );
  });

  it('is not longer than its limit', () => {
    fc.assert(
      fc.property(foulText, fc.integer({ min: 6, max: 20 }), (text, most) => {
        expect(inLine(text, most).length).toBeLessThanOrEqual(most);
        expect(inLine(text, most) === inLine(text)).toBe(inLine(text).length <= most);
      }),
    );
  });

  it('is unchanged if it was plain', () => {
    const plain = fc.string({
      unit: fc.constantFrom(...Array.from('aZ09 .,;:-_/\\"\'`{}[]<>|éßøЖ漢字かな한글ع😀±–’')),
    });
    fc.assert(
      fc.property(plain, (text) => {
        expect(visible(text)).toBe(text);
        expect(inLine(text)).toBe(text);
      }),
    );
  });

  it('is JSON with the same value if it was JSON', () => {
    fc.assert(
      fc.property(fc.dictionary(foulText, foulText), (value) => {
        const text = JSON.stringify(value, null, 2);
        expect(JSON.parse(visible(text))).toEqual(JSON.parse(text));
      }),
    );
  });

  it.each([
    ['an escape sequence', 'a\u001b[2Jb', String.raw`a\u001b[2Jb`],
    ['a link', '\u001b]8;;http://x\u0007y', String.raw`\u001b]8;;http://x\u0007y`],
    ['a C1 control', '\u009b2J', String.raw`\u009b2J`],
    ['a carriage return', 'bad\rgood', String.raw`bad\rgood`],
    ['a text direction', 'a\u202eb\u2066c\u200fd', String.raw`a\u202eb\u2066c\u200fd`],
    ['a zero-width character', 'a\u200bb\u200dc\ufeffd\u00ade', String.raw`a\u200bb\u200dc\ufeffd\u00ade`],
    ['a hidden tag', 'a\u{e0041}', String.raw`a\udb40\udc41`],
    ['a lone surrogate', 'a\ud83d', String.raw`a\ud83d`],
    ['a paragraph separator', 'a\u2029b', String.raw`a\u2029b`],
    ['an emoji of several characters', '👩‍💻👩🏽‍💻🏳️‍🌈', '👩‍💻👩🏽‍💻🏳️‍🌈'],
    ['a variant of a letter', '葛\u{e0100}', '葛\u{e0100}'],
    ['line breaks and tabs', 'a\n\tb', 'a\n\tb'],
  ])('shows %s', (_what, text, shown) => {
    expect(visible(text)).toBe(shown);
  });

  it.each([
    ['a text with a line break', 'one\ntwo\tthree', String.raw`one\ntwo\tthree`],
    ['a list', [1, 'a\u202e'], String.raw`[1,"a\u202e"]`],
    ['nothing', null, 'null'],
  ])('puts %s on one line', (_what, value, line) => {
    expect(inLine(value)).toBe(line);
  });

  it('is cut between characters', () => {
    expect(inLine('a😀bcdef', 5)).toBe('a...');
    expect(inLine('abcdef', 5)).toBe('ab...');
    expect(beginningOf('ab😀', 3)).toBe('ab');
    expect(inLine('👩‍💻bcdefgh', 7)).toBe('👩...');
  });

  it('cannot fake a line of its own at the margin', () => {
    expect(indented('one\nverified\n  two')).toBe('one\n  verified\n  two');
  });
});
