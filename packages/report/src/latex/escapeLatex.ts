const specials: Record<string, string> = {
  '\\': String.raw`\textbackslash{}`,
  '~': String.raw`\textasciitilde{}`,
  '^': String.raw`\textasciicircum{}`,
  '<': String.raw`\textless{}`,
  '>': String.raw`\textgreater{}`,
  '|': String.raw`\textbar{}`,
  '"': "''",
  '–': '--',
  '—': '---',
  '−': '$-$',
  '±': String.raw`$\pm$`,
  '×': String.raw`$\times$`,
  '’': "'",
  '…': String.raw`\dots{}`,
  '\u00a0': '~',
};

/**
 * Text as LaTeX sets it with any engine and no package, on one line. Letters that are not Latin stay as they are: LuaLaTeX and
 * XeLaTeX set them where the font has them.
 */
export const escapeLatex = (text: string): string =>
  text
    .replace(/[^\S\u00a0]+/g, ' ')
    .replace(/[\\~^<>|"–—−±×’…\u00a0]|[{}$&#%_]/g, (special) => specials[special] ?? `\\${special}`);
