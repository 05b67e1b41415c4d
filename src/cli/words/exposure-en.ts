/** The words of keys and devices in others' hands. */
export const exposureEn = {
  commands: { exposed: 'list the dispatches that exposed keys open: what came to this office, and what it sent' },
  options: {
    'gone-since': 'since when the machine is gone, where that is known: what it signed from then on counts nowhere (40 days back at most)',
    holdings: 'end every holding of that person as well', keys: 'these keys of the office alone, such as storage-2,transport-5; needed where the command was run before and others have the new keys too',
  },
  exposure: {
    toEnd: 'The devices of {name} ({devices}) WORK ON until that signature; then they are used no more ({reason}) and their sessions end at once.',
    toEndSent: 'The devices of {name} ({devices}) WORK ON until the directory has it; then they are used no more ({reason}) and their sessions end at once.',
    ended: 'The devices of {name} ({devices}) are used no more: {reason}. Their sessions end at once.',
    signedBefore: 'What those devices signed and what had arrived before now is opened and verified as before. What is still on its way, or is sent from now on, is refused where it arrives (signature-exposed): write and sign it again with other devices.',
    left: 'The old keys of {name} are ended and THERE ARE NO NEW ONES YET: {persons} runs tram office keys --office {office}. Until then nobody can send to it.',
    leftNobody: 'The old keys of {name} are ended and THERE ARE NO NEW ONES YET: nobody else there has the right to make keys. Record a new device of that person, or give the right to somebody else, then run tram office keys --office {office} on that device. Until then nobody can send to it.',
    waiting: 'The keys of {name} are NOT REPLACED yet: {persons} runs tram compromise --office {office} --reason {reason}',
    leftLater: 'The old keys of {name} end with it; the next command of {persons} makes new ones by itself (or tram office keys --office {office}).',
    endedKeys: 'Keys of {name} that were ended because others may have them: {keys}.',
    listed: '{name}: exposed keys open {count|dispatch|dispatches}.',
    listElsewhere: 'The list of {name} is read there: tram exposed --office {office}',
  },
};
