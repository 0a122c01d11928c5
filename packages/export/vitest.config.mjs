import { packageTests } from '../../vitest.shared.mjs';

export default packageTests('export');
