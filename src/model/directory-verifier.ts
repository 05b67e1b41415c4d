/** The program that verifies the directory. Written by npm run generate from all that has a say in it (tools/directory-verifier.ts). */
export const DIRECTORY_VERIFIER = '73ea333e1b959a7f32e07467d6901df5';
