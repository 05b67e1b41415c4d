/** What ships, by the lockfile: which packages, and a list of them as CycloneDX 1.5. */

export interface LockedPackage {
  readonly version?: string;
  readonly integrity?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
}

export interface Lockfile {
  readonly name: string;
  readonly version: string;
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

interface Component {
  readonly type: 'application' | 'library';
  readonly 'bom-ref': string;
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly licenses?: readonly { readonly license: { readonly id: string } }[];
  readonly hashes?: readonly { readonly alg: 'SHA-512'; readonly content: string }[];
}

/** Folders of the packages that run: not those for development, nor those for another platform. */
export function shippedPackages({ packages }: Lockfile): string[] {
  return Object.entries(packages)
    .filter(([where, one]) => where !== '' && one.dev !== true && one.optional !== true)
    .map(([where]) => where)
    .toSorted();
}

/** Without a time and with a serial number that follows from the content: the same lockfile gives the same list. */
export function billOfMaterials(lock: Lockfile, platform: string): object {
  const runtime = `node_modules/node-${platform}`;
  const shipped = [...shippedPackages(lock), runtime];
  const components = shipped.map((where) => componentOf(nameOf(where), lock.packages[where]!)).toSorted((a, b) => (a.purl < b.purl ? -1 : 1));
  const own = lock.packages['']!;
  const application: Component = {
    type: 'application', 'bom-ref': `pkg:npm/${lock.name}@${lock.version}`, name: lock.name, version: lock.version, purl: `pkg:npm/${lock.name}@${lock.version}`,
    ...(own.license !== undefined && { licenses: [{ license: { id: own.license } }] }),
  };
  const refOf = (name: string): string | null => components.find((component) => component.name === name)?.['bom-ref'] ?? null;
  const dependsOn = (dependencies: LockedPackage['dependencies']): string[] =>
    Object.keys(dependencies ?? {}).map(refOf).filter((ref) => ref !== null).toSorted();
  return {
    bomFormat: 'CycloneDX', specVersion: '1.5', version: 1,
    metadata: { component: application },
    components,
    dependencies: [
      { ref: application['bom-ref'], dependsOn: [...dependsOn(own.dependencies), refOf(nameOf(runtime))!].toSorted() },
      ...shipped.map((where) => ({ ref: refOf(nameOf(where))!, dependsOn: dependsOn(lock.packages[where]!.dependencies) })),
    ],
  };
}

function componentOf(name: string, { version = '', license, integrity }: LockedPackage): Component {
  const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`;
  const digest = integrity?.startsWith('sha512-') === true ? Buffer.from(integrity.slice(7), 'base64').toString('hex') : null;
  return {
    type: 'library', 'bom-ref': purl, name, version, purl,
    ...(license !== undefined && { licenses: [{ license: { id: license } }] }),
    ...(digest !== null && { hashes: [{ alg: 'SHA-512', content: digest }] }),
  };
}

function nameOf(where: string): string {
  return where.slice(where.lastIndexOf('node_modules/') + 'node_modules/'.length);
}
