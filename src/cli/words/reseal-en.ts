/** The words of saying unreadable and of sealing again. */
export const resealEn = {
  commands: {
    unreadable: 'tell the sender that this office cannot open a dispatch (its key was destroyed or lost) and ask for a re-seal',
  },
  receipt: { unreadable: 'its office cannot open it' },
  awaited: { 're-seal': 'seal it again' },
  state: { unreadable: 'unreadable' },
  reseal: {
    said: 'The sender is told that dispatch {dispatch} cannot be opened here. Once it is sealed again it comes under the same id, and keeps its incoming number if it has one.',
    awaited: 'Awaiting the sender to {what} for {office}',
  },
};
