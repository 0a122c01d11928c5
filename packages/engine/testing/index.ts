export { engineForTests, installationForTests } from './engineForTests.ts';
