/** The links' migrations, by name. */
import { up as links } from './0010-links.ts';
import { up as staging } from './0011-link-staging.ts';
import { up as former } from './0062-former.ts';
import { up as courier } from './0120-courier.ts';
import { up as turns } from './0125-turns.ts';
import { up as sentAgain } from './0126-sent-again.ts';
import { up as missingKept } from './0127-missing-kept.ts';
import { up as volumesOf } from './0130-volumes-of.ts';
import { up as volumeAwaits } from './0157-volume-awaits.ts';
import { up as sentBefore } from './0161-sent-before.ts';
import { up as withdrawn } from './0165-withdrawn.ts';
import { up as bundleSpan } from './0166-bundle-span.ts';
import { up as sentAnew } from './0167-sent-anew.ts';

export const linksMigrations = {
  '0010-links': { up: links }, '0011-link-staging': { up: staging }, '0062-former': { up: former }, '0120-courier': { up: courier },
  '0125-turns': { up: turns }, '0126-sent-again': { up: sentAgain }, '0127-missing-kept': { up: missingKept }, '0130-volumes-of': { up: volumesOf },
  '0157-volume-awaits': { up: volumeAwaits }, '0161-sent-before': { up: sentBefore }, '0165-withdrawn': { up: withdrawn },
  '0166-bundle-span': { up: bundleSpan }, '0167-sent-anew': { up: sentAnew },
};
