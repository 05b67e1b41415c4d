/** The words of the pages in English: where they are, their certificate, and why they may be trusted. */
export const pagesEn = {
  commands: {
    'pages key': 'make the key of this station\'s pages, and a file that asks the registrar for its certificate',
    'pages certificate': 'certify the pages of a station, so that other machines open them by HTTPS',
  },
  options: {
    host: 'host name or address that people type, without a port; repeat for more',
  },
  pages: {
    at: 'Open the pages at {url}',
    keyMade: 'Made the key of the pages; give {file} to the registrar and read them the fingerprint {fingerprint}. They run: tram pages certificate --request {file} --host NAME --fingerprint "{fingerprint}" --out pages.pem; then put pages.pem into the station\'s folder.',
    certified: 'Certified {hosts}, until {until}: {file}',
    listenNext: 'For other machines: write "pagesAddress": "0.0.0.0" into the station\'s station.json and start it anew. Guide for PC and phone: docs/operating/pages.md',
    rootFingerprint: 'SHA-256 fingerprint of the root certificate, to be printed and compared by everybody who installs it: {fingerprint}',
  },
};
