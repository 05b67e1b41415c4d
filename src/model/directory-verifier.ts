/** The program that verifies the directory. Written by npm run generate from all that has a say in it (tools/directory-verifier.ts). */
export const DIRECTORY_VERIFIER = '6414a88e1a61c5ff2df0bb3eb000f9af';
