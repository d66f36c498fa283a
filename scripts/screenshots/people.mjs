/**
 * The people of the pictures: a name, what stands behind them, and how they are drawn (`in-page/portrait.js`). `talks`
 * is how loud they are, 0 to 1.
 */
export const PEOPLE = {
  hana: {
    ...{ name: 'Hana Lee', wall: ['#dfe7ee', '#b9c9d8'], room: 'window' },
    ...{ skin: '#f0c7a4', hair: '#2b211e', style: 'bob', top: '#3f6fb5', collar: '#ffffff' },
  },
  jonas: {
    ...{ name: 'Jonas Weber', wall: ['#e9ddcb', '#cdb795'], room: 'shelf' },
    ...{ skin: '#efc3a2', hair: '#8a5a33', style: 'short', top: '#39504a', beard: true, talks: 0.2 },
  },
  amara: {
    ...{ name: 'Amara Okafor', wall: ['#d7e3d3', '#a9c2a3'], room: 'plant' },
    ...{ skin: '#7a4b31', hair: '#1c1513', style: 'curly', top: '#d9913a' },
  },
  lucia: {
    ...{ name: 'Lucía Ortega', wall: ['#f0dcd5', '#d9b0a3'], room: 'frames' },
    ...{ skin: '#d9a27a', hair: '#3b2418', style: 'long', top: '#7d3b52' },
  },
  ravi: {
    ...{ name: 'Ravi Patel', wall: ['#cfdbe6', '#97afc6'], room: 'window' },
    ...{ skin: '#a8704a', hair: '#17120f', style: 'short', top: '#e8e4da', glasses: true },
  },
  emma: {
    ...{ name: 'Emma Larsen', wall: ['#e6e0ec', '#bdb0cf'], room: 'lamp' },
    ...{ skin: '#f3cfb3', hair: '#d2a45c', style: 'bun', top: '#4a6d63' },
  },
  haneul: {
    ...{ name: '박하늘', wall: ['#f1ead9', '#d8c8a2'], room: 'plant' },
    ...{ skin: '#efc6a0', hair: '#221b19', style: 'long', top: '#2f4a7c', glasses: true },
  },
  samuel: {
    ...{ name: 'Samuel Adeyemi', wall: ['#dcd6cf', '#b2a697'], room: 'frames' },
    ...{ skin: '#5f3a27', hair: '#120d0b', style: 'none', top: '#b44a3c', beard: true },
  },
  noor: {
    ...{ name: 'Noor Haddad', wall: ['#d5e5e6', '#9fc0c3'], room: 'shelf' },
    ...{ skin: '#e0b08b', hair: '#35606b', style: 'scarf', top: '#2b4d57' },
  },
};

/** The same people where everybody is Korean. */
export const KOREANS = [
  { ...PEOPLE.hana, name: '이하나' },
  { ...PEOPLE.ravi, name: '김도윤', skin: '#ecc19c', talks: 0.2 },
  { ...PEOPLE.haneul },
  { ...PEOPLE.emma, name: '최서연', hair: '#3a2a22' },
];
