import { engineForTests } from '@bit-repro/engine/testing';

export const engine = await engineForTests();
export const { tf } = engine;
