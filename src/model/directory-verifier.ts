/** The program that verifies the directory. Written by npm run generate from all that has a say in it (tools/directory-verifier.ts). */
export const DIRECTORY_VERIFIER = 'd44f5bf18ebb8e491f6513b9ac6cf422';
