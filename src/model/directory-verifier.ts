/** The program that verifies the directory. Written by npm run generate from all that has a say in it (tools/directory-verifier.ts). */
export const DIRECTORY_VERIFIER = '6e5acb232c0ee89483766a25ccb87ba8';
