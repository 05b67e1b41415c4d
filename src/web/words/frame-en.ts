/** Words of the frame, English. */
import type { Words } from './shape.ts';

export const frame: Words['frame'] = {
  go: 'Go to…', goWhat: 'Find a room, an office, a person, a command', none: 'Nothing has such a name.',
  room: 'Room', person: 'Person', office: 'Office that is worked for', act: 'Command',
  workFor: 'Work for {name}', keys: 'Keyboard', theme: 'Theme: {theme}', language: 'Switch to Vietnamese',
  keysTitle: 'Keyboard', key: { palette: 'Go to a room, an office, a person, a command', sheet: 'This sheet', tab: 'To the next thing that can be pressed; with Shift back', enter: 'Press the button, open the line that is chosen', arrows: 'Move within a list', escape: 'Close what is open' },
};
