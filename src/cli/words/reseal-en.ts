/** The words of saying unreadable and of sealing again. */
export const resealEn = {
  commands: {
    unreadable: 'tell the sender that this office cannot open a dispatch (its key was destroyed or lost) and ask for a re-seal',
    reseal: 'seal a dispatch again for recipients that cannot open it; --to names them',
  },
  keyStep: { 'say-unreadable': 'say what is unreadable', 're-seal': 'seal again' },
  receipt: { unreadable: 'its office cannot open it' },
  awaited: { 're-seal': 'seal it again' },
  purpose: { 're-seal': 'sealed again' },
  state: { unreadable: 'unreadable' },
  reseal: {
    said: 'The sender is told that dispatch {dispatch} cannot be opened here. Once it is sealed again it comes under the same id, and keeps its incoming number if it has one.',
    resealed: 'Dispatch {dispatch} is sealed again (sealing {sealing}) for: {offices}, with the keys that they have in the directory here. If one of them still cannot open it, newer keys of theirs are not here yet: do this again once they are.',
    left: 'Not sealed again for {office} yet: {reason}',
    saidMany: '{count|dispatch|dispatches} that arrived cannot be opened; their senders are asked to seal them again.',
    resealedMany: 'Sealed again {count|sent dispatch|sent dispatches} for recipients that could not open before.',
    made: 'Sealed again for {office}, sealing {sealing}',
    awaited: 'Awaiting the sender to {what} for {office}',
  },
};
