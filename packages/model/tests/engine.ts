import { engineForTests } from '@bit-repro/engine/testing';

export const { tf } = await engineForTests();
