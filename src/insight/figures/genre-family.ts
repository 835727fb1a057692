/** Families in the order in which they are tried: the first whose words occur in the name of the genre has it. */
const FAMILIES: readonly (readonly [family: string, words: RegExp])[] = [
  ["hip hop", /\b(hip[- ]?hop|rap|trap|drill|grime|phonk|boom bap)\b/],
  ["metal", /metal|\b(grindcore|deathcore|djent|doom)\b/],
  ["punk", /punk|\b(hardcore|emo|screamo|oi)\b/],
  ["jazz", /jazz|\b(bebop|swing|big band|bossa nova)\b/],
  [
    "classical",
    /classical|\b(opera|choral|chamber|orchestra\w*|baroque|symphon\w*|romantic era|early music|soundtrack|score)\b/,
  ],
  [
    "electronic",
    /electro|techno|house|trance|\b(edm|dance|dubstep|drum and bass|dnb|ambient|downtempo|breakbeat|idm|synth\w*|hardstyle|garage|bass|rave|chill\w*|lo-?fi)\b/,
  ],
  ["reggae", /reggae|\b(dub|ska|dancehall|rocksteady)\b/],
  [
    "latin",
    /latin\w*|\b(salsa|bachata|cumbia|reggaeton|samba|forro|sertanejo|mpb|tango|ranchera|norteno|corrido\w*|banda|mariachi|flamenco|funk carioca)\b/,
  ],
  ["blues", /blues/],
  ["soul and R&B", /\b(soul|r&b|rnb|rhythm and blues|motown|funk|disco|gospel|neo soul)\b/],
  ["country", /country|\b(bluegrass|americana|honky tonk)\b/],
  [
    "world",
    /\b(world|african?|afro\w*|amapiano|indian|bollywood|arab\w*|turkish|balkan|klezmer|hawaiian|qawwali|raga)\b/,
  ],
  ["folk", /folk|\b(singer-songwriter|celtic|acoustic|traditional)\b/],
  ["religious", /\b(christian|worship|ccm|devotional|bhajan|nasheed|hymn\w*|praise)\b/],
  ["pop", /pop\b|\b(chanson|schlager|idol|ballad)\b/],
  ["rock", /rock|\b(grunge|shoegaze|indie|alternative|new wave|psychedelic)\b/],
  ["spoken", /\b(spoken|audiobook\w*|comedy|poetry|hoerspiel|hörspiel|podcast|lecture)\b/],
  ["children's", /\b(child\w*|kids|nursery|lullab\w*|kinder\w*)\b/],
];

/** The family of a genre, by the words of its name: names say little of history, but they are what the sources give. */
export function genreFamily(genre: string): string {
  const name = genre.toLowerCase();
  return FAMILIES.find(([, words]) => words.test(name))?.[0] ?? "other";
}
