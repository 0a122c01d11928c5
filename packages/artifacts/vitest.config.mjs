import { packageTests } from '../../vitest.shared.mjs';

export default packageTests('artifacts');
