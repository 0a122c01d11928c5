import { mergeConfig } from 'vitest/config';
import { packageTests } from '../vitest.shared.mjs';

// They run whole commands, and the compiler.
export default mergeConfig(packageTests('examples'), { test: { testTimeout: 300_000 } });
