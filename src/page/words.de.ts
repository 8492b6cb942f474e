import type { PageWords } from './words.ts'

export const german: PageWords = {
  language: 'de',
  direction: 'ltr',
  title: 'lakeFS Uploader',
  product: 'Uploader',
  slogan: 'Dateien auf einen Branch legen.',
  pitch:
    'Sehen, was neu, geändert oder schon da ist, bevor das erste Byte geht. Netz weg oder Tab zu: Nur was fehlt, wird noch einmal gesendet.',
  tail: 'Die Bytes gehen von diesem Browser in den Objektspeicher. lakeFS merkt sich nur, wo sie liegen.',
  loading: 'Einen Moment',
  retry: 'Noch einmal',
  unreachableTitle: 'Warten auf lakeFS',
  unreachable:
    'lakeFS antwortet nicht. Diese Seite fragt weiter und macht von selbst weiter, sobald eine Antwort kommt.',
  askNow: 'Jetzt fragen',
  signIn: 'Anmelden',
  signOut: 'Abmelden',
  signOutStops: 'Noch sind Dateien unterwegs, und das Abmelden hält sie an.',
  stay: 'Bleiben',
  signedOutOnlyHere: 'lakeFS hat die Sitzung nicht beendet. Sicher ist, den Browser zu schließen.',
  accessKeyId: 'Access key ID',
  secretAccessKey: 'Secret access key',
  showKey: 'Eingabe zeigen',
  hideKey: 'Eingabe verbergen',
  wrongKeys: 'lakeFS kennt dieses Schlüsselpaar nicht. Beide Felder prüfen.',
  noAnswer: 'lakeFS antwortet nicht. Netz prüfen, dann noch einmal.',
  otherRefusal: (detail) => `lakeFS lehnt ab: ${detail}`,
  thenYouUploadTo: 'Dann geht es nach',
  byBrowserSignIn: 'Mit dem Konto der Organisation anmelden',
  orByKeys: 'oder mit Zugangsschlüsseln',
  repository: 'Repository',
  branch: 'Branch',
  folder: 'Ordner',
  choices: 'Auswahl',
  noChoices: 'Nichts passt. Die Eingabetaste nimmt den Namen wie getippt.',
  moreChoices: (count) => `${count} weitere. Tippen grenzt ein.`,
  looking: 'Der Branch wird geprüft',
  fine: (branch) => `${branch} nimmt Ihre Dateien an. Bis zum Commit bleiben sie uncommitted.`,
  fineByMerge: (branch) => `Dateien sammeln sich daneben und kommen durch einen Merge nach ${branch}.`,
  verdict: ({ code, detail, facts }, branch) => {
    switch (code) {
      case 'protected-branch':
        return `${branch} ist geschützt und ändert sich nur durch Merge. Einen Upload-Branch nehmen.`
      case 'read-only':
        return 'Dieses Repository ist schreibgeschützt. Ein anderes wählen.'
      case 'repository-not-found':
        return `Es gibt kein Repository ${facts.repository ?? ''}. Ein anderes wählen.`
      case 'store-unknown':
        return 'lakeFS kennt den Speicher dieses Repositorys nicht. Dem Betreiber Bescheid sagen oder ein anderes wählen.'
      case 'branch-not-found':
        return `Es gibt keinen Branch ${branch}. Einen anderen wählen oder ihn anlegen.`
      case 'not-a-branch':
        return `${branch} ist ein Tag, und Tags ändern sich nie. Einen Branch wählen.`
      case 'forbidden':
        return `Hier fehlt das Recht ${facts.permission ?? 'zu schreiben'}. Darum bitten oder ein anderes Repository wählen.`
      case 'session-expired':
        return 'Die Sitzung ist zu Ende. Anmelden, dann geht es weiter.'
      case 'not-lakefs':
        return 'An der Adresse von lakeFS antwortet eine Webseite. Wer diese Seite eingerichtet hat, kann helfen.'
      case 'proxy-refused':
        return `Ein Server vor lakeFS lehnt diese Anfrage ab (${facts.answer}). Sagen Sie dem Betreiber Bescheid.`
      case 'lakefs-error':
        return `lakeFS${facts.by === 'unknown' ? ' oder ein Server davor' : ''} antwortet mit einem Fehler (${facts.answer}). Es wird von selbst wieder gefragt.`
      case 'lakefs-unreachable':
        return 'lakeFS antwortet nicht. Es wird von selbst wieder gefragt.'
      default:
        return `lakeFS sagt nichts über ${branch}${detail ? `: ${detail}` : '.'}`
    }
  },
  lockedOut: (branch) =>
    `${branch} nimmt keine Dateien an, und diese Seite sendet nirgends sonst hin. Wer sie eingerichtet hat, hilft weiter.`,
  createBranch: 'Branch anlegen',
  useUploadBranch: 'Upload-Branch nehmen',
  switches: 'Wie gesendet wird',
  ifTaken: 'Wenn ein Name vergeben ist',
  policies: {
    ask: 'Jedes Mal fragen',
    overwrite: 'Ersetzen',
    skip: 'Auslassen',
    rename: 'Beide behalten',
    fail: 'Fehler',
  },
  planFirst: 'Erst den Plan zeigen',
  planFact: 'Sie sehen den Plan, bevor ein Byte geht',
  planFirstWhy: 'Vergleicht mit dem Branch und wartet vor dem ersten Byte.',
  saved: 'Beleg oder Plan einer früheren Ablage',
  savedWhy: 'Geht von dort weiter: Was er kennt, wird nicht noch einmal gelesen, Angekommenes bleibt.',
  direct: 'Kleine Dateien durch lakeFS senden',
  directWhy: 'Bis 1 MB in einer Anfrage statt vier: schneller bei Tausenden kleiner Dateien.',
  allOrNothing: 'Alles oder nichts',
  allOrNothingWhy: 'Dateien sammeln sich auf einem eigenen Branch und kommen zusammen an oder gar nicht.',
  review: 'Um Prüfung bitten',
  reviewWhy: 'Endet in einem Pull Request statt in einem Merge.',
  noReview: 'Dieses lakeFS hat keine Pull Requests, deshalb wird ohne Prüfung gemergt.',
  rules: 'Metadaten nach Regel',
  rulesWhy: 'Jedes Objekt bekommt sie bei der Ankunft. Der Plan zeigt sie für jede Datei.',
  rulesPairs: 'Für jede Datei',
  rulesPairsHint: 'Eine je Zeile: Schlüssel=Wert',
  rulesPattern: 'Aus dem Pfad',
  rulesRequired: 'Pflichtschlüssel',
  rulesRequiredHint: 'Mit Kommas dazwischen',
  rulesTable: 'Aus einer Tabelle',
  rulesTableHint: 'CSV oder JSON mit einer Spalte path',
  rulesTableRead: (rows) => `${rows} Zeilen gelesen.`,
  rulesTableBad: 'Diese Tabelle ist nicht lesbar. Sie braucht eine Kopfzeile und eine Spalte path.',
  listing: 'Was dort liegt',
  listingEmpty: 'Noch nichts hier.',
  listingRoot: 'oben',
  listingFailed: 'Die Liste war nicht lesbar.',
  listingMore: 'Mehr zeigen',
  uploadHere: 'Hierhin senden',
  settingsBroken: 'config.json ist nicht brauchbar',
  settingsHint: 'Wer diese Seite bereitstellt, kann es beheben. Danach neu laden.',
}
