/** `node src/app/pages/release.ts DIR`: builds the pages into a folder, for a release. */
import { writeAssets } from './assets.ts';
import { buildPages } from './build.ts';

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('name the folder');
writeAssets(await buildPages(), folder);
