/** The words of the pages in English: where they are, their certificate, and why they may be trusted. */
export const pagesEn = {
  commands: {
    desk: 'open the pages from this machine before a distant station',
    'pages verify': 'compare every file that a station gives to browsers with what was signed',
    'pages key': 'make the key of this station\'s pages, and a file that asks the registrar for its certificate',
    'pages certificate': 'certify the pages of a station, so that other machines open them by HTTPS',
  },
  options: {
    'root-certificate': 'file of the organisation\'s root certificate (PEM), where this machine does not know it yet',
    host: 'host name or address that people type, without a port; repeat for more',
  },
  pages: {
    deskOpen: 'Open {url}: the desk before station {station} of {organisation}. Stop: Ctrl-C.',
    ownSigned: 'The pages come from this machine and are those that the release signed; no code is loaded from the station.',
    ownBuilt: 'The pages were built from the sources on this machine; no code is loaded from the station.',
    sameAsSigned: 'RIGHT: {files|file|files} are those of version {program} as signed. A server may still give others to somebody else: to be sure, use tram desk[ --home {home}]',
    sameAsBuilt: 'RIGHT: {files|file|files} are those that this machine has itself (version {program}). A server may still give others to somebody else: to be sure, use tram desk[ --home {home}]',
    doNotUse: 'DIFFERENT from what was signed. Type no passphrase into those pages; tell whoever runs the station.',
    difference: { changed: 'changed: {path}', missing: 'missing: {path}', added: 'added: {path}', policy: 'the policy that protects the browser was changed: {path}, header {header}' },
    at: 'Open the pages at {url}',
    keyMade: 'Made the key of the pages; give {file} to the registrar and read them the fingerprint {fingerprint}. They run: tram pages certificate --request {file} --host NAME --fingerprint "{fingerprint}" --out pages.pem; then put pages.pem into the station\'s folder.',
    certified: 'Certified {hosts}, until {until}: {file}',
    listenNext: 'For other machines: write "pagesAddress": "0.0.0.0" into the station\'s station.json and start it anew. Guide for PC and phone: docs/operating/pages.md',
    rootFingerprint: 'SHA-256 fingerprint of the root certificate, to be printed and compared by everybody who installs it: {fingerprint}',
  },
};
