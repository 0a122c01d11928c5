import { configure } from 'safe-stable-stringify';

const identityOf = configure({ deterministic: true });

/** Makes a function compute each answer once for a source, which must not change meanwhile. */
export function onceForSource<Asked, Source extends object, Answer>(
  compute: (asked: Asked, source: Source) => Answer,
): (asked: Asked, source: Source) => Answer {
  const known = new WeakMap<Source, Map<string, { answer: Answer }>>();
  return (asked, source) => {
    const ofSource = known.get(source) ?? new Map<string, { answer: Answer }>();
    known.set(source, ofSource);
    const identity = identityOf(asked) ?? '';
    const found = ofSource.get(identity) ?? { answer: compute(asked, source) };
    ofSource.set(identity, found);
    return found.answer;
  };
}
