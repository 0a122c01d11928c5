import { readFile } from 'node:fs/promises';

/** The styles and scripts of a page, in their order; the scripts share one scope. */
const styles = ['base', 'contents', 'figures', 'curves', 'tables', 'print'].map((name) => `${name}.css`);
const scripts = ['tip', 'curves', 'figures', 'numbers', 'sort', 'contents'].map((name) => `${name}.js`);

/** All of them, which a report's bytes depend on. */
export const pageFiles: readonly string[] = [...styles, ...scripts];

const joined = async (names: readonly string[]): Promise<string> => {
  const texts = await Promise.all(names.map((name) => readFile(new URL(name, import.meta.url), 'utf8')));
  return texts.join('');
};

export const pageStyle = (): Promise<string> => joined(styles);
export const pageScript = (): Promise<string> => joined(scripts);
