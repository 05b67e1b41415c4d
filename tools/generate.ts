/**
 * `npm run generate`: writes what is derived from the code, so that nobody has to keep it in step by hand.
 * `npm run generate -- --check` says what is out of date and fails; `npm run check` calls it.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CHECKS_EN, FINDINGS_EN } from '#core/finding-words-en.ts';
import { CHECKS_VI, FINDINGS_VI } from '#core/finding-words-vi.ts';
import { type CheckName, CHECKS, FINDINGS } from '#core/findings.ts';
import { ENTRY_FAULTS_EN, ENTRY_FAULTS_VI, type EntryFault } from '#core/entry-fault-words.ts';
import { REFUSAL_WORDS } from '#core/refusal-words.ts';
import type { RefusalCode } from '#core/refusals.ts';
import { describeConfiguration } from '#station/kernel/config.ts';
import { openApiDocument } from '#wire/api/openapi.ts';
import { typescriptClient } from './openapi/client.ts';
import { directoryVerifier } from './directory-verifier.ts';
import { rightsPage } from './rights-page.ts';
import { REPOSITORY_ROOT } from './tidy.ts';

const { version } = JSON.parse(readFileSync(path.join(REPOSITORY_ROOT, 'package.json'), 'utf8')) as { version: string };
const api = openApiDocument(version);

const GENERATED: Readonly<Record<string, () => string>> = {
  'docs/operating/configuration.md': () => `# Configuration

<!-- Written by npm run generate from src/station/kernel/config.ts. -->

One file, \`station.json\` in the data folder; every key is optional, an unknown one is refused by name. What belongs to the
organisation (offices, links, routes, rights) is in the directory, not here. A change counts from the next start.

${describeConfiguration()}`,
  'docs/operating/troubleshooting.md': troubleshooting,
  'docs/operating/troubleshooting.vi.md': troubleshootingVi,
  'docs/operating/rights.md': rightsPage,
  'src/model/directory-verifier.ts': directoryVerifier,
  'docs/api/openapi.json': () => `${JSON.stringify(api, null, 1)}\n`,
  'clients/typescript/tram.ts': () => typescriptClient(api),
};

/** Refusals that whoever runs a station or a link meets, in the order of its life. */
const OPERATOR_CODES = [
  'node-too-old', 'configuration-malformed', 'data-folder-empty', 'data-folder-occupied', 'data-folder-in-use', 'data-folder-newer', 'admission-pending', 'joined-already',
  'port-in-use', 'address-not-loopback', 'pages-missing', 'pages-certificate', 'database-damaged', 'store-failed', 'disk-full', 'stopping', 'station-unreachable', 'internal', 'directory-rolled-back', 'directory-inconsistent',
  'not-sequencer', 'no-route', 'peer-unknown', 'peer-refused', 'peer-behind', 'bundle-malformed', 'bundle-not-for-us', 'bundle-forged', 'bundle-superseded', 'bundle-incarnation', 'bundle-unknown', 'bundle-busy',
  'ledger-inconsistent', 'frame-malformed', 'certificate-invalid', 'suite-refused',
] as const satisfies readonly RefusalCode[];

const isCheck = process.argv.includes('--check');
const stale = Object.entries(GENERATED).filter(([file, make]) => {
  const target = path.join(REPOSITORY_ROOT, file);
  return !existsSync(target) || readFileSync(target, 'utf8') !== make();
});
for (const [file, make] of stale) {
  if (!isCheck) writeFileSync(path.join(REPOSITORY_ROOT, file), make());
  console.log(isCheck ? `out of date: ${file}; run npm run generate` : `written: ${file}`);
}
process.exitCode = isCheck && stale.length > 0 ? 1 : 0;

/** Words with names in the place of what fills them, for a table. */
function bare(template: string): string {
  return template.replaceAll(/\[[^\]]*\]/g, '').replaceAll(/\{(\w+)\|[^|{}]*\|([^|{}]*)\}/g, '`$1` $2').replaceAll(/\{(\w+)\}/g, '`$1`').replaceAll('|', '\\|');
}

/** What a refusal or a finding says, and what to do, from the words that the commands themselves use. */
function troubleshooting(): string {
  const refusals = OPERATOR_CODES.map((code) => `| \`${code}\` | ${bare(REFUSAL_WORDS.en[code])} | ${bare(REFUSAL_WORDS.vi[code])} |`);
  const findings = Object.entries(FINDINGS).map(([name, level]) => {
    const [what, mend] = FINDINGS_EN[name as keyof typeof FINDINGS];
    return `| \`${name}\` | ${level} | ${bare(what)} | ${bare(mend)} |`;
  });
  const checks = CHECKS.map((check: CheckName) => CHECKS_EN[check]).join(', ');
  const faults = (Object.keys(ENTRY_FAULTS_EN) as EntryFault[]).map((fault) => `| \`${fault}\` | ${ENTRY_FAULTS_EN[fault]} | ${ENTRY_FAULTS_VI[fault]} |`);
  return `# When something is wrong

Vietnamese: [troubleshooting.vi.md](troubleshooting.vi.md).

<!-- Written by npm run generate from the words of refusals and of the doctor. -->

Begin with \`tram doctor --data DIR\`: it examines a station, stopped or running, changes nothing, and says each fault with its mend (${checks}). It ends with 1 where there is a fault; warnings alone end with 0. \`--json\` gives the same to programs, \`--warn DAYS\` says earlier that something lapses, \`--home DIR\` examines a device too. On a machine without a station it examines the device alone: its folder, whether its recovery card was tried, how old its directory is, whether its station answers.

Run it as the station's user. \`tram status --data DIR\` shows a station on one screen; \`tram audit --data DIR\` derives every claim of a stopped station's folder again. A station is ended by the process that \`tram status\` names (\`pid\` in \`running.json\` of its folder): \`kill\` of what the shell names for \`tram station start &\` is the launcher before it, which passes on an end (TERM) and, where it is killed itself (\`kill -9\`), leaves the station running.

## What the doctor names

| finding | weight | what it is | what to do |
|---|---|---|---|
${findings.join('\n')}

## What a station refuses

Every refusal begins with a code, which stays the same in both languages and in JSON.

| code | in English | bằng tiếng Việt |
|---|---|---|
${refusals.join('\n')}

## Why an entry of the directory is refused

\`directory-entry-refused\` says one of these; in JSON its code stands in \`detail.reason\`.

| code | in English | bằng tiếng Việt |
|---|---|---|
${faults.join('\n')}
`;
}

/** The same for operators, who are Vietnamese first. */
function troubleshootingVi(): string {
  const weights = { fault: 'lỗi', warn: 'cảnh báo' } as const;
  const findings = Object.entries(FINDINGS).map(([name, level]) => {
    const [what, mend] = FINDINGS_VI[name as keyof typeof FINDINGS];
    return `| \`${name}\` | ${weights[level]} | ${bare(what)} | ${bare(mend)} |`;
  });
  const checks = CHECKS.map((check: CheckName) => CHECKS_VI[check]).join(', ');
  const refusals = OPERATOR_CODES.map((code) => `| \`${code}\` | ${bare(REFUSAL_WORDS.vi[code])} |`);
  const faults = (Object.keys(ENTRY_FAULTS_VI) as EntryFault[]).map((fault) => `| \`${fault}\` | ${ENTRY_FAULTS_VI[fault]} |`);
  return `# Khi có sự cố

Bản tiếng Anh: [troubleshooting.md](troubleshooting.md).

<!-- Do npm run generate viết ra từ lời của các lệnh từ chối và của lệnh khám trạm. -->

Bắt đầu bằng \`tram doctor --data THƯ-MỤC\`: lệnh khám một trạm, đang chạy hay đã dừng, không sửa gì, và nêu từng lỗi cùng cách xử lý (${checks}). Có lỗi thì lệnh kết thúc với mã 1; chỉ có cảnh báo thì mã 0. \`--json\` cho chương trình đọc, \`--warn SỐ-NGÀY\` báo sớm hơn những gì sắp hết hạn, \`--home THƯ-MỤC\` khám cả một thiết bị. Ở máy không có trạm, lệnh khám riêng thiết bị: thư mục, thẻ khôi phục đã thử chưa, danh bạ cũ bao lâu, trạm của nó có trả lời không.

Hãy chạy bằng người dùng của trạm. \`tram status --data THƯ-MỤC\` cho thấy trạm trên một màn hình; \`tram audit --data THƯ-MỤC\` tính lại mọi điều mà thư mục của một trạm đã dừng nói. Muốn dừng trạm thì dừng tiến trình mà \`tram status\` nêu (\`pid\` trong \`running.json\` của thư mục trạm): số mà shell in ra sau \`tram station start &\` là tiến trình đứng trước nó, dừng thường (TERM) thì nó chuyển tiếp, còn \`kill -9\` vào nó thì trạm vẫn chạy.

## Lệnh khám trạm nêu những gì

| mã | mức | là gì | phải làm gì |
|---|---|---|---|
${findings.join('\n')}

## Trạm từ chối những gì

Mỗi lời từ chối bắt đầu bằng một mã, mã ấy giống nhau ở cả hai ngôn ngữ và trong JSON.

| mã | lời |
|---|---|
${refusals.join('\n')}

## Vì sao một mục danh bạ bị từ chối

\`directory-entry-refused\` nêu một trong các lý do này; trong JSON mã nằm ở \`detail.reason\`.

| mã | lý do |
|---|---|
${faults.join('\n')}
`;
}
