/** The program that verifies the directory. Written by npm run generate from all that has a say in it (tools/directory-verifier.ts). */
export const DIRECTORY_VERIFIER = '824d9d891fcdb3470d84f1e0cc714bad';
