#!/usr/bin/env python3
"""
A second reader of the golden files, written from docs/protocol/ alone: python3 second-reader.py golden.json

Prints one JSON object of what it verified and exits 0; at the first thing that does not hold it names the place on
stderr and exits 1. Wants only the standard library and `cryptography` 38 or later, which has no ML-DSA and no ML-KEM:
that half of every signature, and opening what was sealed, is left to others.
"""
import base64
import calendar
import hashlib
import json
import re
import sys
import unicodedata

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, utils
from cryptography.hazmat.primitives.hashes import SHA256

LEFT_TO_OTHERS = ['ML-DSA-65 half of signatures and certificates', 'ML-DSA-44 lines of checkpoints',
                  'opening stanzas, body, parts and drafts (X-Wing, AES-GCM)', 'keyring and invitation (Argon2id)']


class Refused(Exception):
    pass


def demand(holds, place):
    if not holds:
        raise Refused(place)


def sha256(*pieces):
    return hashlib.sha256(b''.join(pieces)).digest()


# --- cbor.md: a type is a function that reads one value, and refuses what an encoder would not have written -----------
class Reader:
    def __init__(self, source):
        self.source, self.at = source, 0

    def take(self, count, place):
        demand(self.at + count <= len(self.source), f'{place}: ends early')
        self.at += count
        return self.source[self.at - count:self.at]

    def head(self, major, place):
        first = self.take(1, place)[0]
        demand(first >> 5 == major and first & 31 < 28, f'{place}: another type, or indefinite')
        if first & 31 < 24:
            return first & 31
        size = 1 << ((first & 31) - 24)
        value = int.from_bytes(self.take(size, place), 'big')
        demand((24 if size == 1 else 1 << 4 * size) <= value < 1 << 53, f'{place}: not in shortest form, or too large')
        return value


def decode(kind, source, longest, place):
    demand(len(source) <= longest, f'{place}: longer than {longest} bytes')
    reader = Reader(source)
    value = kind(reader, place)
    demand(reader.at == len(source), f'{place}: bytes after the end')
    return value


def bounded(major, least, most):
    def read(reader, place):
        value = reader.head(major, place)
        demand(least <= value <= most, f'{place}: {value} is out of bounds')
        return value
    return read


def uint(most=2**53 - 1, least=0):
    return bounded(0, least, most)


def data(least, most=None):
    return lambda reader, place: reader.take(bounded(2, least, most or least)(reader, place), place)


def text(least, most, shape='(?s:.*)'):
    def read(reader, place):
        taken = reader.take(bounded(3, least, most)(reader, place), place)
        try:
            value = taken.decode('utf-8')
        except UnicodeDecodeError:
            raise Refused(f'{place}: not UTF-8') from None
        demand(unicodedata.is_normalized('NFC', value) and re.fullmatch(shape, value), f'{place}: not NFC or malformed')
        return value
    return read


def boolean(reader, place):
    byte = reader.take(1, place)
    demand(byte in (b'\xf4', b'\xf5'), f'{place}: not a bool')
    return byte == b'\xf5'


def array(item, most, least=0):
    return lambda reader, place: [item(reader, f'{place}[{i}]') for i in range(bounded(4, least, most)(reader, place))]


def tuple_of(*items):
    return lambda reader, place: (bounded(4, len(items), len(items))(reader, place),
                                  tuple(item(reader, f'{place}[{i}]') for i, item in enumerate(items)))[1]


def choice(*words):  # every closed list is numbered from 1
    return lambda reader, place: words[uint(len(words), 1)(reader, place) - 1]


def maybe(item):
    return (item,)


def struct(**fields):  # every structure's fields are numbered from 1 in the order declared
    def read(reader, place):
        count, found, numbers = bounded(5, 0, len(fields))(reader, place), {}, list(fields)
        for _ in range(count):
            number = reader.head(0, place)
            demand(1 <= number <= len(numbers), f'{place}: unknown field {number}')
            name = numbers[number - 1]
            demand(not found or number > last, f'{place}.{name}: repeated or out of order')
            item = fields[name]
            found[name], last = (item[0] if isinstance(item, tuple) else item)(reader, f'{place}.{name}'), number
        for name, item in fields.items():
            demand(name in found or isinstance(item, tuple), f'{place}.{name}: missing')
        return found
    return read


def with_bytes(kind):
    def read(reader, place):
        start = reader.at
        return kind(reader, place), reader.source[start:reader.at]
    return read


# --- cbor.md §Shared shapes, §Limits ---------------------------------------------------------------------------------
KIB = 1024
DIGEST, ID, INSTANT, VERSION = data(32), data(16), uint(253_402_300_799_999), uint(1, 1)
CODE, NAME, SYMBOL = text(1, 32, '[a-z0-9]+(-[a-z0-9]+)*'), text(1, 240), text(1, 120)
OFFICE, POINT = tuple_of(ID, CODE), tuple_of(uint(), DIGEST)
U16, U32, SUITE, KEY_PURPOSE = uint(0xFFFF), uint(0xFFFFFFFF), uint(0xFFFF, 1), choice('transport', 'storage')
PRECEDENCE = choice('routine', 'priority', 'immediate', 'flash')
TO = array(tuple_of(OFFICE, choice('action', 'info'), PRECEDENCE), 256, 1)
STAND_INS = array(tuple_of(uint(255), uint(255), boolean), 256, 1)
NUMBER = struct(series=text(4, 4, '[0-9]{4}'), number=uint(9_999_999, 1))
# suite.md §Signatures
SIGNATURE = struct(p256_certificate=DIGEST, mldsa_certificate=DIGEST, nonce=DIGEST, size=uint(65_536, 1),
                   index=uint(65_535), path=array(DIGEST, 16), p256=data(64), mldsa=data(3309))


def signed(longest):
    return struct(statement=data(1, longest), signature=SIGNATURE)


# --- directory.md §Bodies --------------------------------------------------------------------------------------------
CERTIFICATE = data(64, 16 * KIB)
TWIN, LOG_KEYS = struct(p256=CERTIFICATE, mldsa=CERTIFICATE), struct(ed25519=data(32), mldsa44=data(1312))
RIGHT = choice('draft', 'approve', 'sign', 'dispatch', 'receive', 'hand-over', 'keys', 'flash')
BODIES = {
    'founding': struct(name=NAME, root=TWIN, issuer=TWIN, suites=array(SUITE, 16, 1), created=INSTANT),
    'registrar': struct(person=CODE, name=NAME, twin=TWIN),
    'term': struct(number=uint(0xFFFFFFFF, 1), station=CODE, log_keys=LOG_KEYS),
    'station': struct(code=CODE, site=NAME, twin=TWIN, link=CERTIFICATE, log_keys=LOG_KEYS),
    'link': struct(caller=CODE, answerer=CODE, address=maybe(text(1, 250, r'[A-Za-z0-9.:\[\]-]+'))),
    'office': struct(code=CODE, name=NAME, symbol=SYMBOL, station=CODE, alternate=maybe(CODE)),
    'position': struct(code=CODE, office=CODE, title=NAME, rights=array(RIGHT, 16), seal=maybe(TWIN)),
    'person': struct(code=CODE, name=NAME, kind=maybe(choice('person', 'service'))),
    'holder': struct(person=CODE, position=CODE, start=INSTANT, until=maybe(INSTANT)),
    'device': struct(code=CODE, person=CODE, twin=TWIN, kem=data(1216)),
    'office-key': struct(office=CODE, purpose=KEY_PURPOSE, number=U32, start=INSTANT, until=maybe(INSTANT), kem=U16,
                         public_key=data(1216)),
    'list': struct(code=CODE, name=NAME, offices=array(CODE, 256)),
    'end': struct(what=choice('station', 'office', 'position', 'person', 'holder', 'device', 'list', 'link'), code=CODE,
                  other=maybe(CODE), reason=choice('left', 'superseded', 'compromised', 'mistake')),
}
BODY_LONGEST = {'term': 4 * KIB, 'link': KIB, 'office': 2 * KIB, 'person': 2 * KIB, 'holder': KIB, 'office-key': 4 * KIB,
                'list': 16 * KIB, 'end': KIB}
ENTRY_LONGEST = 64 * KIB
ENTRY = struct(statement=data(1, ENTRY_LONGEST), signatures=array(SIGNATURE, 4, 1))
ENTRY_STATEMENT = struct(version=VERSION, organisation=maybe(ID), kind=choice(*BODIES), body=data(1, ENTRY_LONGEST),
                         created=INSTANT, after=maybe(POINT), salt=data(16))
# envelope.md
LETTER_LONGEST, HEADER_LONGEST, CHUNKS = 384 * KIB, 32 * KIB, uint(65_536, 1)
HEADER = struct(version=VERSION, suite=SUITE, kind=choice('dispatch'), origin=OFFICE, station=CODE, to=TO, created=INSTANT,
                expires=maybe(INSTANT), deliver_by=maybe(INSTANT), reply_by=maybe(INSTANT), exercise=boolean,
                reference=maybe(DIGEST), core=DIGEST, parts=array(tuple_of(DIGEST, CHUNKS, uint()), 64), hops=uint(32, 1),
                stand_ins=maybe(STAND_INS))
STANZA = struct(key=struct(office=OFFICE, purpose=KEY_PURPOSE, number=U32, sealing=U16), kem=U16, encapsulation=data(1120),
                ciphertext=data(48))
SEALING = struct(version=VERSION, dispatch=DIGEST, number=U16, station=CODE, stanzas=uint(257, 1), stanza_root=DIGEST,
                 body_digest=DIGEST, body_size=uint(LETTER_LONGEST + 16), time=INSTANT)
PLACED = struct(index=uint(256), stanza=data(1, 1600), path=array(DIGEST, 9))
ENVELOPE = struct(version=VERSION, header=data(1, HEADER_LONGEST), sealing=signed(512), stanzas=array(PLACED, 257),
                  body=data(17, LETTER_LONGEST + 16), kept=maybe(data(1, 1600)),
                  resealed=maybe(struct(first=signed(512), office=signed(512))))
RESEAL = struct(version=VERSION, dispatch=DIGEST, number=uint(15, 1), office=OFFICE, position=CODE, stanza_root=DIGEST,
                time=INSTANT)
# core.md
BARE_NAME = r'(?!\.{1,2}$)(?!\s*$)[^/\\\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]+'
MEDIA_HALF = '[a-z0-9][a-z0-9!#$&^_.+-]*'
PART = struct(name=text(1, 255, BARE_NAME), media=text(1, 100, f'{MEDIA_HALF}/{MEDIA_HALF}'),
              size=uint(4 * KIB**3), chunks=CHUNKS, root=DIGEST, digest=DIGEST, commitment=DIGEST)
CORE = struct(version=VERSION, suite=SUITE, organisation=ID, origin=OFFICE, to=TO, created=INSTANT, expires=maybe(INSTANT),
              deliver_by=maybe(INSTANT), reply_by=maybe(INSTANT), exercise=boolean, classification=uint(4, 1),
              reference=maybe(DIGEST), document=SYMBOL, subject=text(1, 2 * KIB), text=text(0, 256 * KIB),
              parts=array(PART, 64), author=CODE, position=CODE, directory=POINT, salt=data(32), stand_ins=maybe(STAND_INS))
ENDORSEMENT = struct(version=VERSION, purpose=choice('author', 'approve', 'sign'), core=DIGEST, organisation=ID, person=CODE,
                     position=CODE, time=INSTANT, directory=POINT)
SEAL = struct(version=VERSION, core=DIGEST, endorsements=DIGEST, office=OFFICE, position=CODE, number=NUMBER, symbol=SYMBOL,
              time=INSTANT)
LETTER = struct(version=VERSION, core=data(1, LETTER_LONGEST), endorsements=with_bytes(array(signed(1024), 16, 1)),
                seal=signed(1024), part_keys=array(data(32), 64))
# receipts.md
RECEIPT_KIND = choice('custody', 'arrived', 'opened', 'handed-over', 'acted', 'expired', 'dropped', 'unreadable')
DETAIL = struct(purpose=KEY_PURPOSE, number=U32, encapsulation=data(1120), ciphertext=data(16, 7000))
RECEIPT = struct(version=VERSION, kind=RECEIPT_KIND, dispatch=DIGEST, sealing=U16, office=OFFICE, station=CODE,
                 previous_hop=maybe(CODE), time=INSTANT, incarnation=ID, detail=maybe(DETAIL))
# ledger.md
WORD = text(1, 32, '[a-z][a-z-]*')
EVENT = struct(version=VERSION, index=uint(), time=INSTANT, uncertainty=uint(), incarnation=ID, kind=WORD,
               subject=maybe(DIGEST), fields=data(1, 7680), commitments=array(tuple_of(WORD, DIGEST), 16))
FIELDS = struct(office=maybe(OFFICE), peer=maybe(CODE), channel=maybe(uint()), sealing=maybe(U16), number=maybe(NUMBER),
                receipt=maybe(RECEIPT_KIND), receipt_digest=maybe(DIGEST), precedence=maybe(PRECEDENCE), bytes=maybe(uint()),
                digest=maybe(DIGEST), draft=maybe(ID), step=maybe(WORD), count=maybe(uint()),
                code=maybe(text(1, 64, '[a-z0-9-]+')), peer_incarnation=maybe(ID), exercise=maybe(boolean), at=maybe(INSTANT))


# --- RFC 9162: the tree of §2.1.1, and §2.1.3.2 for an inclusion path ------------------------------------------------
def node(left, right):
    return sha256(b'\x01', left, right)


def tree_root(leaves):
    if len(leaves) < 2:
        return leaves[0] if leaves else sha256()
    half = 1 << ((len(leaves) - 1).bit_length() - 1)
    return node(tree_root(leaves[:half]), tree_root(leaves[half:]))


def root_by_path(leaf, index, size, path, place):
    demand(index < size, f'{place}: index beyond the tree')
    place, last, root = f'{place}: path of another length', size - 1, leaf
    for sibling in path:
        demand(last > 0, place)
        if index & 1 or index == last:
            root = node(sibling, root)
            while index and not index & 1:
                index, last = index >> 1, last >> 1
        else:
            root = node(root, sibling)
        index, last = index >> 1, last >> 1
    demand(last == 0, place)
    return root


# --- suite.md §Certificates and §Signatures, by P-256 ----------------------------------------------------------------
RELATED = x509.ObjectIdentifier('1.3.6.1.5.5.7.1.36')
RELATED_SHA256 = bytes.fromhex('302f300b06096086480165030402010420')  # RFC 9763: SEQUENCE { { sha256 }, OCTET STRING }


def verify(key, signature, message, place, *algorithm):
    try:
        key.verify(signature, message, *algorithm)
    except InvalidSignature:
        raise Refused(f'{place}: signature wrong') from None


def milliseconds(certificate, end):
    instant = getattr(certificate, f'{end}_utc', None) or getattr(certificate, end)
    return calendar.timegm(instant.utctimetuple()) * 1000


def check_certificate(twin, issuer, authority, at, place):
    """The P-256 half under its issuer's (None: a root, its own issuer); the ML-DSA half by subject and by its tie."""
    place = f'{place} certificate'
    try:
        check_halves(twin, issuer, authority, at, place)
    except (ValueError, x509.ExtensionNotFound) as error:
        raise Refused(f'{place}: {error}') from None
    return x509.load_der_x509_certificate(twin['p256'])


def check_halves(twin, issuer, authority, at, place):
    one, other = (x509.load_der_x509_certificate(twin[half]) for half in ('p256', 'mldsa'))
    issuer = issuer or one
    demand(one.subject == other.subject and one.issuer == other.issuer == issuer.subject, f'{place}: names differ')
    demand(one.signature_algorithm_oid == x509.SignatureAlgorithmOID.ECDSA_WITH_SHA256, f'{place}: algorithm')
    verify(issuer.public_key(), one.signature, one.tbs_certificate_bytes, place, ec.ECDSA(SHA256()))
    for half in (one, other):
        limits = half.extensions.get_extension_for_class(x509.BasicConstraints).value
        usage = half.extensions.get_extension_for_class(x509.KeyUsage).value
        demand(limits.ca == usage.key_cert_sign == authority != usage.digital_signature, f'{place}: usage')
        demand(milliseconds(half, 'not_valid_before') <= at <= milliseconds(half, 'not_valid_after'), f'{place}: validity')
    if not authority:
        tie = other.extensions.get_extension_for_oid(RELATED).value.value
        demand(tie == RELATED_SHA256 + sha256(twin['p256']), f'{place}: not tied to its twin')


class Directory:
    """directory.md: what the entries say, each believed because of who signed it."""

    def __init__(self, entries):
        self.leaves, self.signers, self.tables, self.term = [], {}, {kind: {} for kind in BODIES}, None
        self.organisation, self.founding = sha256(entries[0])[:16], sha256(entries[0])
        for index, entry in enumerate(entries):
            self.apply(entry, f'directory[{index}]')
            self.leaves.append(sha256(b'\x00', entry))

    def apply(self, entry, place):
        entry = decode(ENTRY, entry, ENTRY_LONGEST, place)
        said = decode(ENTRY_STATEMENT, entry['statement'], ENTRY_LONGEST, f'{place}.statement')
        kind, index = said['kind'], len(self.leaves)
        body = decode(BODIES[kind], said['body'], BODY_LONGEST.get(kind, ENTRY_LONGEST), f'{place}.{kind}')
        first = ('founding', 'registrar', 'term')[index] if index < 3 else kind
        demand(kind == first and (kind == 'founding') == (index == 0), f'{place}: a {kind} entry here')
        demand(said.get('organisation') == (self.organisation if index else None), f'{place}: another organisation')
        demand('after' not in said or self.has(said['after']), f'{place}.after: no point of this log')
        if kind == 'founding':
            self.root = check_certificate(body['root'], None, True, said['created'], f'{place}.root')
            self.issuer = check_certificate(body['issuer'], self.root, True, said['created'], f'{place}.issuer')
            self.name(body['root'], self.root, ('root', 'root'), place)
        signers = [check_signature(self, 'directory', {'statement': entry['statement'], 'signature': one},
                                   f'{place}.signatures[{i}]') for i, one in enumerate(entry['signatures'])]
        demand(len(set(signers)) == len(signers), f'{place}: a signer twice')
        demand(all(self.may_sign(one, said, body) for one in signers), f'{place}: signer not entitled')
        two = kind in ('holder', 'device') and len(self.tables['registrar']) > 1
        demand(not two or len(set(signers)) > 1, f'{place}: a second registrar is missing')
        twin, who = body.get('twin') or body.get('seal'), body.get('code') or body.get('person')
        if twin is not None:
            certificate = check_certificate(twin, self.issuer, False, said['created'], place)
            self.name(twin, certificate, (kind, body['person'] if kind == 'device' else who), place)
        keys = {'holder': ('person', 'position'), 'office-key': ('office', 'purpose', 'number'), 'term': ('number',),
                'link': ('caller', 'answerer')}.get(kind)
        key = tuple(body[name] for name in keys) if keys else who
        demand(kind != 'end' and key not in self.tables[kind], f'{place}: an end or a replacement: not for this reader')
        self.tables[kind][key] = {**body, 'since': said['created']}
        self.term = body if kind == 'term' else self.term

    def name(self, twin, certificate, who, place):
        digests = sha256(twin['p256']), sha256(twin['mldsa'])
        demand(digests not in self.signers, f'{place}: a certificate of two identities')
        self.signers[digests] = who, certificate.public_key()

    def may_sign(self, signer, said, body):
        role, who = signer
        if said['kind'] in ('founding', 'registrar', 'term'):
            return role == 'root'
        if role == 'device' and said['kind'] == 'office-key':
            return self.may(who, 'keys', body['office'], said['created'])
        return role == 'registrar'

    def may(self, person, right, office, at, position=None):
        return any(held['person'] == person and held['start'] <= at < held.get('until', at + 1)
                   and position in (None, code) and self.entitled(code, office, at, right)
                   for (_, code), held in self.tables['holder'].items())

    def entitled(self, position, office, at, *rights):
        found = self.tables['position'].get(position)
        if found is None or found['office'] != office or at < found['since']:
            return False
        return any(right in found['rights'] for right in rights)

    def has(self, point):
        size, root = point
        return 0 < size <= len(self.leaves) and tree_root(self.leaves[:size]) == root

    def home(self, office, place):
        organisation, code = office
        demand(organisation == self.organisation and code in self.tables['office'], f'{place}: no office of this directory')
        return self.tables['office'][code]['station']


def check_signature(directory, purpose, item, place):
    """suite.md §Signatures: the tree signature's P-256 half. Returns (role, who) of the signer."""
    s = item['signature']
    digests = s['p256_certificate'], s['mldsa_certificate']
    demand(digests in directory.signers, f'{place}: signer unknown')
    who, key = directory.signers[digests]
    context = bytes([len(purpose)]) + purpose.encode()
    leaf = sha256(b'\x00', context, s['nonce'], item['statement'])
    root = root_by_path(leaf, s['index'], s['size'], s['path'], place)
    message = b''.join([b'tram/v1/signature\x00', context, *digests, s['size'].to_bytes(4, 'big'), root])
    r, half = int.from_bytes(s['p256'][:32], 'big'), int.from_bytes(s['p256'][32:], 'big')
    verify(key, utils.encode_dss_signature(r, half), message, place, ec.ECDSA(SHA256()))
    return who


def strict_base64(text_form, place):
    try:
        source = base64.b64decode(text_form, validate=True)
    except ValueError:
        raise Refused(f'{place}: not base64') from None
    demand(base64.b64encode(source).decode() == text_form, f'{place}: not strict base64')
    return source


def check_checkpoint(note, origin, leaves, log_keys, witness, place):
    """ledger.md §Checkpoints; C2SP signed-note, tlog-checkpoint, tlog-cosignature."""
    body, separator, lines = note.rpartition('\n\n')
    body += '\n'
    root = base64.b64encode(tree_root(leaves)).decode()
    demand(separator and body == f'{origin}\n{len(leaves)}\n{root}\n', f'{place}: not the origin, size and root of this log')
    demand(lines.endswith('\n'), f'{place}: last line does not end')
    cosigners = [] if witness is None else [(witness[0], 4, witness[1]['ed25519']), (witness[0], 6, witness[1]['mldsa44'])]
    wanted = {}
    for name, kind, key in [(origin, 1, log_keys['ed25519']), (origin, 6, log_keys['mldsa44']), *cosigners]:
        wanted[name, sha256(name.encode(), b'\n', bytes([kind]), key)[:4]] = kind, key
    for line in lines[:-1].split('\n'):
        shape = re.fullmatch('\u2014 ([^ +]+) ([A-Za-z0-9+/]+=*)', line)
        demand(shape, f'{place}: not a signature line')
        signature = strict_base64(shape[2], place)
        kind, key = wanted.pop((shape[1], signature[:4]), (None, None))  # lines of other keys are passed over
        if kind == 6:
            demand(len(signature) == 4 + 8 + 2420, f'{place}: length of an ML-DSA-44 cosignature')
        if kind in (None, 6):
            continue
        time = b'cosignature/v1\ntime %d\n' % int.from_bytes(signature[4:12], 'big') if kind == 4 else b''
        verify(ed25519.Ed25519PublicKey.from_public_bytes(key), signature[12 if time else 4:], time + body.encode(), place)
    demand(not wanted, f'{place}: a signature is missing')


def check_envelope(directory, source):
    """envelope.md: what every hop checks."""
    envelope = decode(ENVELOPE, source, 896 * KIB, 'envelope')
    header = decode(HEADER, envelope['header'], HEADER_LONGEST, 'header')
    sealing = decode(SEALING, envelope['sealing']['statement'], 512, 'sealing')
    dispatch, offices = sha256(envelope['header']), [header['origin'], *(to[0] for to in header['to'])]
    demand(header['suite'] in directory.tables['founding'][None]['suites'], 'header.suite: not permitted')
    demand(len(set(offices)) == len(offices), 'header.to: an office twice')
    for i, (of, at, _) in enumerate(pairs := header.get('stand_ins', [])):
        demand(i == 0 or of > pairs[i - 1][0], 'header.stand_ins: not ascending')
        demand(of != at and max(of, at) < len(header['to']), 'header.stand_ins: not two addressees')
        demand(header['to'][of][0][0] == header['to'][at][0][0], 'header.stand_ins: two organisations')
    homes = [directory.home(office, 'header') for office in offices]
    signer = check_signature(directory, 'sealing', envelope['sealing'], 'sealing')
    demand(signer == ('station', header['station']) == ('station', sealing['station']), 'sealing: not by the origin station')
    demand(homes[0] == header['station'], 'header.station: not the home of the origin office')
    demand('kept' not in envelope, 'envelope.kept: not for a link')
    first = check_first(directory, header, dispatch, sealing, envelope)
    demand(sealing['dispatch'] == dispatch, 'sealing.dispatch: not SHA-256 of the header')
    body = envelope['body']
    demand((sealing['body_digest'], sealing['body_size']) == (sha256(body), len(body)), 'envelope.body: digest or size')
    demand(sealing['stanzas'] == len(offices), 'sealing.stanzas: not one for each office')
    for placed in envelope['stanzas']:
        index, place = placed['index'], f"stanza[{placed['index']}]"
        root = root_by_path(sha256(b'\x00', placed['stanza']), index, len(offices), placed['path'], place)
        demand(root == sealing['stanza_root'], f'{place}: not in the stanza tree')
        stanza = decode(STANZA, placed['stanza'], 1600, place)
        key, purpose = stanza['key'], 'transport' if index else 'storage'
        demand((key['office'], key['purpose'], key['sealing']) == (offices[index], purpose, sealing['number']), f'{place}: key')
        found = directory.tables['office-key'].get((key['office'][1], purpose, key['number']))
        demand(found and found['kem'] == stanza['kem'] == 0x647A, f'{place}: key not in the directory')
    return header, dispatch, first, envelope


DAY = 86_400_000


def check_first(directory, header, dispatch, sealing, envelope):
    """envelope.md §Sealing again: the first sealing, by whose time a letter is judged."""
    resealed = envelope.get('resealed')
    demand((sealing['number'] == 0) == (resealed is None), 'envelope.resealed: not with every sealing but the first')
    if resealed is None:
        return sealing
    first = decode(SEALING, resealed['first']['statement'], 512, 'resealed.first')
    signer = check_signature(directory, 'sealing', resealed['first'], 'resealed.first')
    demand(signer == ('station', header['station']) == ('station', first['station']), 'resealed.first: not by the origin station')
    demand(first['number'] == 0 and first['time'] <= sealing['time'], 'resealed.first: number or time')
    for name in ('dispatch', 'stanzas', 'body_digest', 'body_size'):
        demand(first[name] == sealing[name], f'resealed.first.{name}: another')
    said = decode(RESEAL, resealed['office']['statement'], 512, 'resealed.office')
    signer = check_signature(directory, 're-seal', resealed['office'], 'resealed.office')
    entitled = directory.entitled(said['position'], header['origin'][1], said['time'], 'dispatch')
    demand(signer == ('position', said['position']) and entitled, 'resealed.office: signer')
    demand(said['office'] == header['origin'] and said['dispatch'] == dispatch, 'resealed.office: another office or dispatch')
    demand((said['number'], said['stanza_root']) == (sealing['number'], sealing['stanza_root']), 'resealed.office: another sealing')
    demand(abs(said['time'] - sealing['time']) <= DAY, 'resealed.office: more than a day from the sealing')
    return first


def check_letter(directory, source, header, sealing, envelope, leaves):
    """core.md §What a recipient checks; the plaintext of the body is given."""
    letter = decode(LETTER, source, LETTER_LONGEST, 'letter')
    core = decode(CORE, letter['core'], LETTER_LONGEST, 'core')
    demand(len(source) + 16 == len(envelope['body']), 'letter: not of the body\'s size')
    digest = sha256(b'tram/v1/core\x00', letter['core'])
    demand(digest == header['core'], 'header.core: not the digest of the core')
    for name in ('suite', 'origin', 'to', 'created', 'expires', 'deliver_by', 'reply_by', 'exercise', 'reference', 'stand_ins'):
        demand(core.get(name) == header.get(name), f'core.{name}: header differs')
    demand(core['organisation'] == directory.organisation, 'core.organisation: another')
    parts = [(part['root'], part['chunks'], part['size'] + 16 * part['chunks']) for part in core['parts']]
    demand(parts == header['parts'] and len(letter['part_keys']) == len(parts), 'core.parts: header or keys differ')
    for i, (part, key) in enumerate(zip(core['parts'], letter['part_keys'])):  # parts.md for chunks and leaf list
        demand(part['commitment'] == sha256(b'tram/v1/part-key\x00', key), f'core.parts[{i}]: key commitment')
        demand(part['chunks'] == max(1, -(-part['size'] // 65_536)), f'core.parts[{i}]: number of chunks')
        demand(len(leaves[i]) == part['chunks'] and tree_root(leaves[i]) == part['root'], f'core.parts[{i}]: leaf list')
    steps, (endorsements, endorsement_bytes) = [], letter['endorsements']
    for i, endorsement in enumerate(endorsements):  # core.md §Order and rules
        place = f'endorsement[{i}]'
        said = decode(ENDORSEMENT, endorsement['statement'], KIB, place)
        signer = check_signature(directory, said['purpose'], endorsement, place)
        right = said['purpose'].replace('author', 'draft')
        demand(said['core'] == digest and said['organisation'] == core['organisation'], f'{place}: another core')
        demand(signer == ('device', said['person']), f'{place}: not by a device of that person')
        demand(directory.may(said['person'], right, core['origin'][1], said['time'], said['position']), f'{place}: right')
        demand(directory.has(said['directory']), f'{place}: another directory log')
        steps.append(said)
    order, times = [said['purpose'] for said in steps], [said['time'] for said in steps]
    demand(order == ['author', *['approve'] * (len(order) - 2), 'sign'] and len(order) > 2, 'endorsements: order')
    demand(times == sorted(times), 'endorsements: times')
    author, *others = [said['person'] for said in steps]
    demand((author, steps[0]['position']) == (core['author'], core['position']), 'endorsements: author')
    demand(author not in others and len(set(others[:-1])) == len(others) - 1, 'endorsements: the same person twice')
    demand(directory.has(core['directory']), 'core.directory: another log')
    seal = decode(SEAL, letter['seal']['statement'], KIB, 'seal')
    signer = check_signature(directory, 'office-seal', letter['seal'], 'seal')
    demand(signer == ('position', seal['position']), 'seal: not by the seal of that position')
    demand(directory.entitled(seal['position'], core['origin'][1], seal['time'], 'dispatch'), 'seal: right')
    demand((seal['core'], seal['endorsements']) == (digest, sha256(endorsement_bytes)), 'seal: another core or endorsements')
    demand(seal['office'] == core['origin'], 'seal.office: not the origin office')
    waited = sealing['time'] - header['created']
    demand(-DAY <= waited <= 30 * DAY, 'core.created: more than 30 days before the sealing, or one after it')
    demand(times[0] >= core['created'], 'endorsements: before the core')
    demand(seal['time'] >= times[-1], 'seal: before the signature')
    demand(max(*times, seal['time']) <= sealing['time'] + DAY, 'endorsements, seal: more than a day after the sealing')
    return core, seal, order


RECEIPT_RIGHTS = {'opened': ['receive'], 'unreadable': ['receive'], 'handed-over': ['receive', 'hand-over'], 'acted': ['receive', 'hand-over']}


def check_receipt(directory, source, place):
    """receipts.md: who may say what."""
    receipt = decode(signed(9216), source, 16 * KIB, place)
    said = decode(RECEIPT, receipt['statement'], 9216, place)
    role, who = check_signature(directory, said['kind'], receipt, place)
    at_home, rights = directory.home(said['office'], place) == said['station'], RECEIPT_RIGHTS.get(said['kind'])
    if rights:
        entitled = role == 'position' and directory.entitled(who, said['office'][1], said['time'], *rights)
        demand(entitled and at_home, f'{place}: signer')
    else:
        demand((role, who) == ('station', said['station']), f'{place}: signer')
        demand(at_home or said['kind'] in ('custody', 'dropped'), f'{place}: not the recipient\'s station')
    return said


def check_ledger(directory, ledger):
    """ledger.md: events in order under one root, the station's checkpoint, the neighbour's cosignature."""
    events = [bytes.fromhex(event) for event in ledger['events']]
    for index, source in enumerate(events):
        event = decode(EVENT, source, 8 * KIB, f'event[{index}]')
        demand(event['index'] == index, f'event[{index}].index: another')
        decode(FIELDS, event['fields'], 7680, f'event[{index}].fields')
    prefix, kind, station, incarnation = ledger['origin'].rsplit('/', 3)
    demand((prefix, kind) == (f'tram/{directory.organisation.hex()}', 'ledger'), 'ledger.origin')
    demand(event['incarnation'].hex() == incarnation and station in directory.tables['station'], 'ledger.origin')
    witness = ledger['witness'].removeprefix(f'{prefix}/witness/')
    stations = directory.tables['station']
    demand(witness in stations, 'ledger.witness: no station of this directory')
    check_checkpoint(ledger['checkpoint'], ledger['origin'], [sha256(b'\x00', event) for event in events],
                     stations[station]['log_keys'], (ledger['witness'], stations[witness]['log_keys']), 'ledger.checkpoint')
    return station, len(events)


def read(golden):
    directory = Directory([bytes.fromhex(entry) for entry in golden['directory']['entries']])
    organisation = directory.organisation.hex()
    demand((organisation, directory.founding.hex()) == (golden['organisation'], golden['founding']), 'golden.organisation')
    origin = f'tram/{organisation}/directory'  # directory.md: signed by both log keys of the newest term
    check_checkpoint(golden['directory']['checkpoint'], origin, directory.leaves, directory.term['log_keys'], None,
                     'directory.checkpoint')
    header, dispatch, sealing, envelope = check_envelope(directory, bytes.fromhex(golden['envelope']))
    demand(dispatch.hex() == golden['dispatch'], 'golden.dispatch: not SHA-256 of the header')
    leaves = bytes.fromhex(golden['part']['leaves'])
    leaves = [[leaves[at:at + 32] for at in range(0, len(leaves), 32)]]
    core, seal, order = check_letter(directory, bytes.fromhex(golden['letter']), header, sealing, envelope, leaves)
    receipts = [check_receipt(directory, bytes.fromhex(one), f'receipt[{i}]') for i, one in enumerate(golden['receipts'])]
    demand(any(one['dispatch'] == dispatch for one in receipts), 'receipts: none of this dispatch')
    for i, one in enumerate(receipts):
        recipient = one['office'] in [to[0] for to in header['to']]
        demand(one['dispatch'] != dispatch or recipient, f'receipt[{i}]: not of a recipient')
    station, events = check_ledger(directory, golden['ledger'])
    return {'organisation': organisation, 'directoryEntries': len(directory.leaves), 'dispatch': dispatch.hex(),
            'stanzas': len(envelope['stanzas']), 'subject': core['subject'], 'endorsements': order,
            'number': f"{seal['number']['number']}/{seal['symbol']}", 'receipts': [one['kind'] for one in receipts],
            'ledger': station, 'events': events, 'leftToOthers': LEFT_TO_OTHERS}


if __name__ == '__main__':
    try:
        with open(sys.argv[1], encoding='utf-8') as file:
            print(json.dumps(read(json.load(file)), ensure_ascii=False))
    except Refused as refusal:
        sys.exit(f'refused: {refusal}')
