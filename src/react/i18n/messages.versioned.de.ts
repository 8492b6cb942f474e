import type { Format } from './format.ts'
import type { VersionedMessages } from './messages.versioned.ts'

/** Deutsch. */
export function germanVersioned(format: Format): VersionedMessages {
  const n = format.number
  const files = (count: number) => `${n(count)} ${count === 1 ? 'Datei' : 'Dateien'}`
  const changes = (count: number) => `${n(count)} ${count === 1 ? 'Änderung' : 'Änderungen'}`
  return {
    nothingSent: 'Noch ist nichts gesendet',
    compared: (count, bytes, branch) => `${files(count)}, ${bytes}, gerade mit ${branch} verglichen.`,
    planning: (count) => `${files(count)} im Vergleich mit dem Branch`,
    reading: (objects) => (objects === 0 ? 'Der Branch wird gelesen' : `${n(objects)} Objekte gelesen`),
    hashing: (done, of) => `${n(done)} von ${n(of)} Prüfsummen`,
    planFailed: 'Der Vergleich mit dem Branch ging nicht',
    noBranch: 'Für diese Ablage ließ sich kein Branch anlegen, also wurde nichts gesendet',
    again: 'Noch einmal',
    cancel: 'Abbrechen',
    startUpload: 'Hochladen',
    verdicts: {
      'protected-branch': {
        title: (branch) => `${branch} ist geschützt`,
        note: (branch) =>
          `Er ändert sich nur durch Merge, lakeFS würde diese Dateien am Ende ablehnen. Senden Sie auf einen Branch von ${branch} und mergen Sie ihn, wenn Sie so weit sind.`,
      },
      'read-only': {
        title: () => 'Dieses Repository ist schreibgeschützt',
        note: () => 'lakeFS würde diese Dateien am Ende ablehnen. Ein anderes Repository wählen.',
      },
      'branch-not-found': {
        title: (branch) => `Es gibt keinen Branch ${branch}`,
        note: () => 'Ihn vom Standard-Branch anlegen oder einen anderen wählen.',
      },
      'not-a-branch': {
        title: (branch) => `${branch} ist ein Tag`,
        note: (tag) =>
          `Tags ändern sich nie. Die Dateien auf einen Branch von ${tag} senden oder einen anderen wählen.`,
      },
      'repository-not-found': {
        title: () => 'Dieses Repository gibt es nicht',
        note: () => 'Ein anderes Repository wählen.',
      },
      'store-unknown': {
        title: () => 'lakeFS kennt den Speicher dieses Repositorys nicht',
        note: () => 'Dem Betreiber Bescheid sagen oder ein anderes Repository wählen.',
      },
      forbidden: {
        title: () => 'Hier fehlt das Schreibrecht',
        note: (_, permission) => `Um ${permission ?? 'Schreibrecht'} bitten oder ein anderes Repository wählen.`,
      },
      other: {
        title: (branch) => `${branch} nimmt gerade nichts an`,
        note: () => 'lakeFS antwortet anders als erwartet. Später noch einmal.',
      },
    },
    useUploadBranch: 'Upload-Branch nehmen',
    createBranch: 'Branch anlegen',
    chooseBranch: 'Anderen Branch wählen',
    choosePlace: 'Anderes Ziel wählen',
    willUse: (branch) => `Dateien gehen auf ${branch}`,
    droppedFor: (address) => `Diese Dateien gehen an ${address}`,
    chosenSince: (address) => `Dafür wurden sie abgelegt, und seither ist ${address} gewählt.`,
    sendThere: 'Stattdessen dorthin senden',
    behind: (count) => `${files(count)} dahinter: ${count === 1 ? 'ihr' : 'deren'} Plan kommt nach diesem.`,
    comparedWith: (branch) => `Verglichen mit ${branch}`,
    filesColumn: 'Dateien',
    sizeColumn: 'Größe',
    new: 'Neu',
    newNote: (branch) => `Noch nicht auf ${branch}`,
    changed: 'Geändert',
    changedNote: (branch) => `${branch} hat davon eine andere Fassung`,
    notCompared: (count) => `${files(count)} gleicher Größe nicht vergleichbar`,
    identical: 'Gleich',
    identicalNote: (branch) => `Gleiche Prüfsumme auf ${branch}, sie bleiben wie sie sind`,
    sendIdentical: 'Trotzdem senden',
    refused: 'Kann nicht ankommen',
    clashes: 'Verwechselbar',
    clashesNote: (count) => `${n(count)} ${count === 1 ? 'Paar' : 'Paare'} leicht verwechselbarer Namen`,
    byCase: 'Nur Groß- und Kleinschreibung verschieden',
    byAccents: 'Sehen gleich aus, der Akzent ist auf zwei Arten gespeichert',
    onBranch: 'der erste ist schon auf dem Branch',
    uncommitted: 'Über uncommittete Änderungen',
    uncommittedNote: 'Jemand hat diese geändert und noch nicht committet',
    keepBoth: 'Beide behalten',
    skipSecond: 'Zweite auslassen',
    replace: 'Ersetzen',
    skip: 'Auslassen',
    ask: 'Jedes Mal fragen',
    travels: (bytes) => `${bytes} werden gesendet`,
    stays: (count, rest) => {
      const others = rest === 1 ? ' Die andere bleibt wie sie ist.' : ` Die anderen ${n(rest)} bleiben wie sie sind.`
      return `${files(count)}.${rest > 0 ? others : ''}`
    },
    blocked: (branch) => `Zuerst das Ziel wählen: ${branch} kann diese Dateien nicht annehmen.`,
    blockedHere: (branch) =>
      `${branch} kann diese Dateien nicht annehmen, und diese Seite sendet nirgendwo anders hin.`,
    needsMetadata: (count) => `${files(count)} ohne Pflichtmetadaten. Regeln ergänzen, dann noch einmal ablegen.`,
    metadataTitle: 'Metadaten',
    metadataNote: 'Jedes Objekt bekommt sie bei der Ankunft',
    metadataMissing: (keys) => `fehlt: ${keys}`,
    more: (count) => `und ${n(count)} weitere`,
    tooBig: 'Für diese Menge ist ein Befehl der bessere Weg',
    tooBigWhy: {
      size: 'Sie ist größer, als ein Browser-Tab tragen sollte.',
      count: 'Sie hat mehr Dateien, als ein Browser-Tab tragen sollte.',
      time: 'Sie dauert länger, als ein Browser-Tab offen bleiben sollte.',
    },
    tooBigHours: (hours) => `Etwa ${hours} bei der gemessenen Geschwindigkeit.`,
    byCommand: 'Lieber per Befehl senden',
    hideCommand: 'Befehle verbergen',
    tools: {
      lakectl: 'lakectl, der Befehl von lakeFS',
      rclone: 'rclone, über das S3-Gateway',
      python: 'Python',
      import: 'Import, wenn die Daten schon in einem Speicher liegen',
    },
    gatewayNote: 'Der Endpunkt ist die Adresse dieser Seite. Hat das S3-Gateway eine andere, gehört sie dorthin.',
    listNote: 'Diese nehmen die Liste des Fehlenden: zuerst speichern, neben den Dateien.',
    notByCommand: (count) =>
      `${files(count)} hier nicht dabei: ${count === 1 ? 'sie landet' : 'sie landen'} unter anderem Namen, oder es wird erst gefragt. Das kann nur diese Seite.`,
    importNote: 'Nichts wird kopiert: lakeFS merkt sich nur, wo die Objekte liegen.',
    copy: 'Kopieren',
    copied: 'Kopiert',
    savePlan: 'Liste des Fehlenden speichern',
    savePlanNote: 'rclone nimmt sie mit --files-from-raw und sendet nur diese.',
    savePlanFile: 'Plan speichern',
    savedUnread: (count) => `${files(count)} von der früheren Ablage bekannt und nicht noch einmal gelesen`,
    notChosen: 'Nicht gewählt',
    notChosenNote: (count, branch) =>
      `${files(count)} der gespeicherten Liste ${count === 1 ? 'ist' : 'sind'} weder hier noch auf ${branch}. Noch einmal wählen, um sie zu senden.`,
    savedOutside: (count) =>
      `${files(count)} der gespeicherten Liste ${count === 1 ? 'gehört' : 'gehören'} in einen anderen Ordner.`,

    commitTo: (branch) => `Commit auf ${branch}`,
    commitMessage: 'Commit-Nachricht',
    message: (count, prefix) => `${files(count)} nach ${prefix}`,
    metadata: 'Metadaten',
    key: 'Schlüssel',
    value: 'Wert',
    removeField: (key) => `${key} entfernen`,
    addField: 'Feld hinzufügen',
    takes: (count) => `Der Commit nimmt ${changes(count)}`,
    thisDrop: 'Aus dieser Ablage',
    others: 'Nicht aus dieser Ablage',
    added: 'neu',
    modified: 'geändert',
    removed: 'entfernt',
    showMore: (count) => `${n(count)} weitere zeigen`,
    include: (count) => `Auch ${changes(count)} nicht aus dieser Ablage committen`,
    includeUnread: (read) =>
      `Auch alles nicht aus dieser Ablage committen: der Branch hat mehr als ${changes(read)}, zu viele zum Lesen`,
    includeUnlisted: 'Auch committen, was andere auf dem Branch haben mögen: Auflisten dürfen Sie ihn nicht',
    includeNote: 'lakeFS committet einen Branch als Ganzes.',
    commit: 'Committen',
    nothingToCommit: 'Es gibt nichts zu committen.',
    needsTick: 'Zuerst das Kästchen ankreuzen: lakeFS committet auch die anderen Änderungen.',
    needsMessage: 'Zuerst eine Nachricht schreiben.',
    keyTwice: (key) => `Der Schlüssel ${key} steht zweimal da. Nur einen behalten.`,
    keyMissing: (value) => `${value} hat keinen Schlüssel. Einen nennen oder das Feld entfernen.`,
    stillRunning: 'Dateien sind noch unterwegs.',
    committed: (id, branch) => `Auf ${branch} committet als ${id}.`,
    committedBy: (who, id, branch) =>
      id === '' ? `Inzwischen anderswo auf ${branch} committet.` : `Von ${who || 'jemandem'} committet in ${id}.`,
    resetSince: (branch) => `Jemand hat Dateien dieser Ablage auf ${branch} inzwischen zurückgesetzt oder ersetzt.`,
    sameBytes: (branch) => `Der letzte Commit von ${branch} hat schon dieselben Bytes.`,
    hookRefused: 'Ein Hook hat den Commit abgelehnt',
    hookRefusedMerge: 'Ein Hook hat den Merge abgelehnt',
    hookNote: 'Nichts ist verloren, nichts muss noch einmal gesendet werden. Beheben, was er sagt, dann noch einmal.',
    hookSaid: (action, hook) => `${action}, ${hook}`,
    failed: (detail) => `lakeFS lehnt ab: ${detail}`,
    noAnswer: 'lakeFS antwortet nicht. Später noch einmal.',
    uncommittedThere: (branch) =>
      `Nichts wurde geändert: ${branch} hat uncommittete Änderungen, und so lange mergt und revertiert lakeFS dort nicht. Sie dort committen oder zurücksetzen, dann noch einmal.`,
    rightMissing: (permission) => `Dafür fehlt das Recht ${permission}. Bitten Sie darum in diesem Repository.`,
    noUploadBranch: 'Alles oder nichts braucht einen Upload-Branch.',
    protectedThere: (branch) =>
      `Nichts wurde geändert: ${branch} ist geschützt und ändert sich nur durch Mergen. Auf einem Branch davon vornehmen und diesen mergen.`,
    autoCommit: 'Von selbst committen, wenn alles angekommen ist',
    autoLand: 'Von selbst mergen, wenn alles angekommen ist',
    autoReview: 'Den Pull Request von selbst öffnen, wenn alles angekommen ist',
    cameMeanwhile: (count) =>
      `Inzwischen dazugekommen: ${changes(count)} nicht aus dieser Ablage. Nichts wurde committet; ansehen, was der Commit nimmt.`,
    receiptInCommit: 'Den Beleg mit in den Commit legen',
    receiptInMerge: 'Den Beleg mit in den Merge legen',

    gathers: (branch, target) => `Dateien sammeln sich auf ${branch}, ${target} bleibt unberührt`,
    gathersNote: (target) => `Sie kommen zusammen nach ${target} oder gar nicht.`,
    land: (target) => `In ${target} mergen`,
    openReview: 'Pull Request öffnen',
    landed: (target) => `Alle Dateien sind auf ${target}.`,
    branchLeft: (branch) => `${branch} ließ sich nicht löschen. Er wird nicht mehr gebraucht.`,
    reviewOpen: 'Der Pull Request ist offen.',
    openPull: 'In lakeFS zeigen',
    noPulls: 'Dieses lakeFS hat keine Pull Requests. Mergen oder den Branch behalten.',
    conflict: (target) => `${target} hat inzwischen dieselben Dateien geändert`,
    conflictNote: 'Nichts wurde gemergt. Eine Seite beheben und noch einmal, den Branch behalten oder alles verwerfen.',
    takenBack: (target) => `Der Merge in ${target} wurde zurückgenommen`,
    takenBackNote: (target) =>
      `lakeFS hat gemergt, obwohl andere diese Dateien geändert hatten. Der Merge wurde sofort rückgängig gemacht, und ${target} hat ihre Versionen. Eine Seite beheben und noch einmal, den Branch behalten oder alles verwerfen.`,
    notTakenBack: (target) => `Der Merge hat auf ${target} Dateien anderer ersetzt`,
    notTakenBackNote: (commit) =>
      `Ihre Versionen stehen noch in der Geschichte. Sobald nichts mehr im Weg ist, Merge ${commit} hier oder in lakeFS rückgängig machen.`,
    revertDirty: (branch) =>
      `Er ließ sich nicht zurücknehmen: ${branch} hat uncommittete Änderungen. Sie dort zuerst committen oder zurücksetzen.`,
    revertLater: (branch) =>
      `Er ließ sich nicht zurücknehmen: Spätere Commits auf ${branch} haben dieselben Dateien geändert.`,
    revertIncomplete: (branch) => `Nach dem Zurücknehmen ist ${branch} nicht wie zuvor.`,
    mergeUnread: (target) =>
      `Nichts wurde gemergt: Sie dürfen die Ablage nicht mit ${target} vergleichen, und ohne das weiß niemand, was der Merge ersetzen würde. Um das Leserecht für ${target} bitten oder den Branch für jemanden behalten, der es hat.`,
    mergeUnchecked: (target) =>
      `Die Dateien sind in ${target} gemergt, aber nicht mit dem verglichen, was vorher dort war. Den Merge noch einmal prüfen.`,
    checkMerge: 'Merge prüfen',
    mergedOpen: (branch, target) => `Der Merge von ${branch} in ${target} ist noch zu prüfen`,
    tryAgain: 'Noch einmal',
    keepBranch: 'Branch behalten',
    discardDrop: 'Alles verwerfen',
    kept: (branch) => `${branch} bleibt. Mergen Sie ihn, wenn Sie so weit sind.`,
    keptMerged: (branch, target) => `${branch} bleibt, und sein Merge in ${target} auch.`,
    discarded: 'Alles ist verworfen, das Ziel ist wie zuvor.',
    elsewhere: (branch, target) =>
      `Eine Ablage für ${target} ist in einem anderen Tab offen, auf ${branch}. Dort fortfahren; ist jener Tab geschlossen, geht es hier weiter. Dateien von hier sammeln sich auf einem eigenen Branch.`,
    earlier: (branch) => `Eine frühere Ablage wartet noch auf ${branch}`,
    unfinishedHere: (count) =>
      `${files(count)} dieser Ablage noch nicht angekommen. Zuerst fortsetzen oder alles verwerfen.`,
    incomplete: (count) => `${files(count)} nicht angekommen. Zuerst wiederholen oder alles verwerfen.`,

    undo: 'Diese Ablage zurücknehmen',
    undoTitle: (count) => `${files(count)} zurücknehmen`,
    undoNote: (removed, restored) =>
      [
        removed > 0 && `${files(removed)} ${removed === 1 ? 'verschwindet' : 'verschwinden'}`,
        restored > 0 &&
          `${removed > 0 ? n(restored) : files(restored)} ${restored === 1 ? 'wird' : 'werden'} wie zuvor`,
      ]
        .filter(Boolean)
        .join(', ')
        .concat('.'),
    undoLeft: (count) =>
      `${files(count)} ${count === 1 ? 'bleibt' : 'bleiben'}: seither von jemand anderem geändert oder committet.`,
    undoNothing: 'Es gibt nichts zurückzunehmen.',
    takeBack: 'Zurücknehmen',
    undone: (removed, restored) => `Zurückgenommen: ${files(removed)} entfernt, ${n(restored)} wiederhergestellt.`,
    revert: 'Commit rückgängig machen',
    revertMerge: 'Merge rückgängig machen',
    revertTitle: (count) => `${changes(count)} rückgängig machen`,
    revertNote: 'Ein neuer Commit hebt diesen auf. Aus der Geschichte wird nichts gelöscht.',
    reverted: 'Der Commit ist rückgängig gemacht.',
    mergeReverted: 'Der Merge ist rückgängig gemacht.',
    revertedBefore: 'Das war schon rückgängig gemacht. Nichts wurde geändert.',
    notInHistory: (branch) =>
      `${branch} hat diese Ablage nicht mehr in seiner Geschichte: Es gibt nichts rückgängig zu machen.`,
    lastDrop: (branch, commit, moment) =>
      `Die letzte Ablage aus diesem Browser ist auf ${branch} als ${commit}, seit ${moment}.`,

    receipt: 'Beleg',
    receiptNote: (count) => `Pfad, Größe, Prüfsumme und Zeit von ${files(count)}.`,
    asCsv: 'Beleg als CSV laden',
    asJson: 'Beleg als JSON laden',
    verifyAgain: 'Noch einmal prüfen',
    verifying: (done, of) => `${n(done)} von ${n(of)} nachgesehen`,
    verified: (same) => `${files(same)} wie angekommen.`,
    notVerified: (changed, missing, unreadable) =>
      `${n(changed)} geändert, ${n(missing)} fehlen${unreadable > 0 ? `, ${n(unreadable)} nicht zurückzulesen` : ''}.`,
    strays: { changed: 'geändert', missing: 'fehlt', unreadable: 'nicht zurückzulesen', same: 'wie angekommen' },

    savedTitle: { receipt: 'Beleg einer früheren Ablage', plan: 'Plan einer früheren Ablage' },
    savedHolds: (moment, count, there, branch) =>
      `Vom ${moment}: ${files(count)}, davon ${n(there)} damals auf ${branch}.`,
    savedElsewhere: (address, branch) => `Es geht darin um ${address}, für ${branch} wird nichts davon verwendet.`,
    savedBad: (name) => (name ? `${name} ist nicht brauchbar` : 'Die gespeicherte Liste ist nicht brauchbar'),
    savedProblems: {
      foreign: 'Es ist weder Beleg noch Plan dieses Uploaders. Die Datei wählen, die hier geladen wurde.',
      damaged: 'Ein Teil fehlt oder wurde geändert. Noch einmal laden oder eine andere wählen.',
      newer: 'Eine spätere Version dieses Uploaders hat sie geschrieben. Dort laden.',
      empty: 'Es steht keine Datei darin. Eine andere wählen.',
      mixed: 'Sie hat Zeilen mehrerer Branches. Nur die eines Branches behalten.',
      unreadable: 'Der Browser konnte sie nicht lesen. Noch einmal wählen.',
    },
    forget: 'Vergessen',
  }
}
