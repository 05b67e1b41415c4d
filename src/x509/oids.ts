/** Object identifiers in use, each with the document that assigns it. */
export const OID = {
  // Keys and signatures
  /** RFC 5480 §2.1.1 */
  ecPublicKey: '1.2.840.10045.2.1',
  /** RFC 5480 §2.1.1.1: secp256r1 */
  p256: '1.2.840.10045.3.1.7',
  /** RFC 5758 §3.2 */
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  /** RFC 9881 §2 */
  mlDsa65: '2.16.840.1.101.3.4.3.18',
  /** RFC 5754 §2.2 */
  sha256: '2.16.840.1.101.3.4.2.1',

  // Attributes of names (RFC 5280 §4.1.2.4, X.520)
  commonName: '2.5.4.3',
  serialNumber: '2.5.4.5',
  countryName: '2.5.4.6',
  organizationName: '2.5.4.10',
  organizationalUnitName: '2.5.4.11',
  title: '2.5.4.12',

  // Extensions (RFC 5280 §4.2.1)
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  authorityKeyIdentifier: '2.5.29.35',
  extKeyUsage: '2.5.29.37',
  /** RFC 9763 §4.1 */
  relatedCertificate: '1.3.6.1.5.5.7.1.36',

  // Extended key usages (RFC 5280 §4.2.1.12)
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
} as const;
