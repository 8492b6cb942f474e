import type { AnswerFacts, PathFault, UploadError, WaitState } from '../../core/index.ts'
import { isLong } from './format.ts'
import type { Language, StoppedFiles } from './messages.ts'

/** Deutsch. */
export const german: Language = {
  locale: 'de',
  units: {
    bytes: ['B', 'KB', 'MB', 'GB', 'TB', 'PB'],
    rate: (bytes) => `${bytes}/s`,
    seconds: (_, text) => `${text} s`,
    minutes: (_, text) => `${text} Min.`,
    hours: (_, text) => `${text} Std.`,
    days: (count, text) => `${text} ${count === 1 ? 'Tag' : 'Tage'}`,
  },
  words(f) {
    const n = f.number
    const files = (count: number) => `${n(count)} ${count === 1 ? 'Datei' : 'Dateien'}`
    const fact = (facts: UploadError['facts'], name: string) => {
      const value = facts[name]
      return typeof value === 'number' ? value : undefined
    }
    const answerer = (side: unknown, by: unknown) =>
      `${side === 'lakefs' ? 'lakeFS' : 'der Speicher'}${by === 'unknown' ? ' oder ein Server davor' : ''}`
    const answers = (side: WaitState['side'], { answer, by }: Partial<AnswerFacts>) => {
      return `${answerer(side, by)} antwortet mit einem Fehler${answer ? ` (${answer})` : ''}`
    }
    const pathFaults: Readonly<Record<PathFault, string>> = {
      empty: 'der Pfad ist leer. Geben Sie der Datei einen Namen.',
      nul: 'im Pfad steht ein NUL-Zeichen, das kein Speicher nimmt. Nehmen Sie es heraus.',
      'half-character': 'im Pfad steht ein halbes Zeichen, das sich nicht senden lässt. Tippen Sie den Namen neu.',
      dots: 'ein Name im Pfad ist „.“ oder „..“. Geben Sie diesem Ordner oder dieser Datei einen anderen.',
      'trailing-slash': 'der Pfad endet mit einem Schrägstrich, die Datei hat also keinen Namen. Geben Sie ihr einen.',
      'empty-segment':
        'im Pfad folgen zwei Schrägstriche aufeinander, ein Ordner hat also keinen Namen. Nehmen Sie einen heraus.',
    }
    const andFailed = (count: number) => (count > 0 ? `, ${n(count)} fehlgeschlagen` : '')
    const list = new Intl.ListFormat(f.locale, { type: 'conjunction' })
    const partOf = (part: number, whole: number) => f.bytesOf(part, whole, (a, b) => `${a} von ${b}`)
    return {
      region: (address) => `Hochladen nach ${address}`,
      uploadTo: 'Hochladen nach',
      copyAddress: 'Adresse kopieren',
      copied: 'Kopiert',

      chooseFiles: 'Dateien wählen',
      chooseFolder: 'Ordner wählen',
      dropTitle: 'Dateien oder Ordner hier ablegen',
      dropNote: (folder, branch) => `Ordner behalten ihren Aufbau ${folder ? `unter ${folder}` : `auf ${branch}`}`,
      dragTitle: (count) =>
        count === 0
          ? 'Loslassen fügt sie hinzu'
          : `Loslassen fügt ${n(count)} ${count === 1 ? 'Element' : 'Elemente'} hinzu`,
      dragNote: (folder, branch) => `Ziel: ${folder ? `${folder} ` : ''}auf ${branch}`,
      policy: {
        ask: 'Ist ein Name vergeben, wird gefragt',
        overwrite: 'Ist ein Name vergeben, ersetzt Ihre Datei die alte',
        skip: 'Ist ein Name vergeben, wird Ihre Datei übergangen',
        rename: 'Ist ein Name vergeben, bleiben beide',
        fail: 'Ist ein Name vergeben, wird Ihre Datei abgelehnt',
      },
      factUncommitted: 'Ohne Commit, bis Sie einen machen',
      held: {
        repository: 'Zuerst ein Repository wählen.',
        branch: 'Zuerst einen Branch wählen.',
        disabled: 'Gerade können keine Dateien hinzugefügt werden.',
      },
      notLoaded: {
        part: 'Dieser Teil der Seite wurde nicht geladen. Bei bestehendem Netz noch einmal versuchen oder die Seite neu laden; was angekommen ist, bleibt.',
        files:
          'Diese Dateien wurden nicht angenommen: Auf dieser Seite ist etwas fehlgeschlagen. Die Seite neu laden, dann noch einmal ablegen.',
        again: 'Noch einmal',
      },
      dropMore: 'Jederzeit mehr hier ablegen',
      dropLost:
        'Falls Sie Dateien hier abgelegt haben: Sie kamen nicht an, weil diese Seite sie abgefangen hat. Wählen Sie sie über eine Schaltfläche aus.',
      keepOpen: 'Diese Seite offen und im Vordergrund lassen.',

      totalProgress: 'Gesamtfortschritt',
      sent: (part, whole) => `${partOf(part, whole)} gesendet`,
      shades: (onBranch, sent, branch) => `${onBranch} auf ${branch}, ${sent} gesendet und noch nicht dort`,
      rateAndLeft: (rate, left) => (left ? `${rate}, noch etwa ${left}` : rate),
      allIdle: (duration) => `Seit ${duration} bewegt sich nichts`,
      allAwaitAnswer: 'Wartet auf die Bestätigung des Servers',
      starting: 'Beginnt',
      adding: (count) =>
        count === 0 ? 'Dateien werden hinzugefügt' : `${files(count)} ${count === 1 ? 'wird' : 'werden'} hinzugefügt`,
      allPaused: 'Angehalten',
      waitingForSession: 'Geht weiter, wenn Sie sich anmelden',
      waitingForAnswers: 'Ihre Antwort fehlt',
      waiting: 'Wartet',
      counts: {
        queued: () => 'in der Schlange',
        checking: (count) => (count === 1 ? 'wird geprüft' : 'werden geprüft'),
        sending: (count) => (count === 1 ? 'wird gesendet' : 'werden gesendet'),
        finishing: (count) => (count === 1 ? 'wird abgeschlossen' : 'werden abgeschlossen'),
        waiting: (count) => (count === 1 ? 'wartet' : 'warten'),
        paused: () => 'angehalten',
        asking: (count) => (count === 1 ? 'braucht eine Antwort' : 'brauchen eine Antwort'),
        uploaded: () => 'hochgeladen',
        skipped: () => 'übergangen',
        failed: () => 'fehlgeschlagen',
        cancelled: () => 'abgebrochen',
      },
      retryFailed: 'Fehlgeschlagene wiederholen',
      pauseAll: 'Alle anhalten',
      resumeAll: 'Alle fortsetzen',
      cancelAll: 'Alle abbrechen',
      clearFinished: 'Fertige entfernen',
      arrived: (count, branch, failed) =>
        `${files(count)} ${count === 1 ? 'ist' : 'sind'} auf ${branch}${andFailed(failed)}`,
      alreadyThere: (branch) => `Alles ist bereits auf ${branch}.`,
      nothingArrived: (branch, failed) => `Nichts ist auf ${branch} angekommen${andFailed(failed)}`,
      arrivedIn: (bytes, duration) => (duration ? `${bytes} in ${duration}.` : `${bytes}.`),
      notCommitted: 'Noch ohne Commit.',
      confirming: (branch) => `Prüfen, ob alles auf ${branch} ist …`,
      notConfirmed: (branch) => `${branch} war dafür nicht noch einmal lesbar.`,
      skippedIdentical: (branch) => `übergangen, auf ${branch} schon gleich`,

      filters: 'Zeigen',
      all: 'Alle',
      active: 'Offen',
      failed: 'Fehlgeschlagen',
      done: 'Fertig',
      showAs: 'Zeigen als',
      asFolders: 'Ordner',
      asFiles: 'Dateien',

      files: 'Dateien',
      noFiles: 'Hier sind keine Dateien.',
      status: {
        queued: 'In der Schlange',
        checking: 'Prüft',
        sending: 'Sendet',
        finishing: 'Schließt ab',
        waiting: 'Wartet',
        paused: 'Angehalten',
        asking: 'Braucht eine Antwort',
        uploaded: 'Hochgeladen',
        skipped: 'Übergangen',
        failed: 'Fehlgeschlagen',
        cancelled: 'Abgebrochen',
      },
      pause: (name) => `${name} anhalten`,
      resume: (name) => `${name} fortsetzen`,
      cancel: (name) => `${name} abbrechen`,
      retry: (name) => `${name} wiederholen`,
      remove: (name) => `${name} entfernen`,
      showDetails: (name) => `Einzelheiten zu ${name}`,
      checking: (branch) => `vergleicht mit ${branch}`,
      rate: (rate) => rate,
      left: (duration) => ({ text: `noch etwa ${duration}`, short: `noch ${duration}` }),
      idle: (duration) => ({ text: `seit ${duration} bewegt sich nichts` }),
      awaitsAnswer: {
        text: 'alles gesendet, wartet auf die Bestätigung des Servers',
        short: 'gesendet, noch nicht bestätigt',
      },
      repeating: (part) => `wiederholt Teil ${part}`,
      sessionEnds: (left) => ({ text: `Ihre Sitzung endet in ${left}, dann wird alles neu gesendet`, short: '' }),
      addressEnds: (left) => ({ text: `die Adresse endet in ${left}, der Rest wird neu gesendet`, short: '' }),
      deletedSince: (branch) => ({ text: `inzwischen auf ${branch} gelöscht`, short: 'inzwischen gelöscht' }),
      replacedSince: { text: 'inzwischen von einem anderen Upload ersetzt', short: 'inzwischen ersetzt' },
      partsGoOn: 'begonnene Teile laufen weiter',
      finishing: (branch) => ({
        text: `alle Bytes gespeichert, kommt auf ${branch}`,
        short: `kommt auf ${branch}`,
      }),
      wait({ reason, side, answered, until }, next) {
        const who = reason === 'token' ? 'die Anmeldung dieser Seite' : answerer(side, answered?.by)
        if (reason === 'offline') return { text: 'kein Netz, geht von selbst weiter' }
        if (reason === 'other-tab')
          return { text: 'ein anderer Tab lädt diese Datei hoch', short: 'in einem anderen Tab' }
        if (reason === 'file-unreadable') {
          const then = next ? `, nächster Versuch in ${next}` : ''
          return { text: `die Datei ist gerade nicht lesbar${then}`, short: 'gerade nicht lesbar' }
        }
        if (reason === 'store-clock') {
          const then = next ? `, weiter in ${next}` : ''
          return { text: `die Uhr des Speichers geht der von lakeFS nach${then}`, short: `Uhr geht nach${then}` }
        }
        if (reason === 'busy' && next && isLong(until)) {
          const then = f.moment(until)
          return { text: `${who} bittet zu warten bis ${then}, geht von selbst weiter`, short: `wartet bis ${then}` }
        }
        const why =
          reason === 'busy'
            ? `${who} bittet um weniger Tempo`
            : answered
              ? answers(side, answered)
              : `${who} antwortet nicht`
        return next
          ? { text: `${why}, nächster Versuch in ${next}`, short: `nächster Versuch in ${next}` }
          : { text: why }
      },
      waitSession: (branch, percent, stored) =>
        stored
          ? {
              text: `alle Bytes gespeichert, kommt auf ${branch}, wenn Sie sich anmelden`,
              short: 'gespeichert, bis zur Anmeldung',
            }
          : percent
            ? { text: `${percent} gesendet, geht nach der Anmeldung weiter`, short: `${percent}, bis zur Anmeldung` }
            : { text: 'geht nach der Anmeldung weiter', short: 'bis zur Anmeldung' },
      percentSent: (percent) => `${percent} gesendet`,
      conflict: (branch, size, day) => ({
        text: `${branch} hat eine andere Fassung: ${size}${day ? `, ${day}` : ''}`,
        short: `${size} auf ${branch}`,
      }),
      answers: { overwrite: 'Ersetzen', skip: 'Übergehen', rename: 'Beide behalten' },
      keepBothAs: (name) => `speichert Ihre als ${name}`,
      forAllConflicts: 'Für alle Konflikte dieser Ablage',
      verified: 'Prüfsumme stimmt',
      notVerified: 'Prüfsumme nicht verglichen',
      unchangedSince: 'seit Ihrem letzten Upload unverändert',
      skipped: (reason, branch) =>
        reason === 'identical' ? `auf ${branch} schon gleich` : `${branch} behält seine Fassung`,
      errors: {
        'session-expired': () => 'Ihre Sitzung ist zu Ende. Melden Sie sich an, dann geht es weiter.',
        forbidden: ({ permission, repository = 'diesem Repository' }) =>
          permission === undefined
            ? 'hier dürfen Sie nicht schreiben. Bitten Sie um Schreibrecht oder wählen Sie ein anderes Repository.'
            : permission === 'fs:WriteObject'
              ? `hier dürfen Sie nicht schreiben: ${permission} fehlt. Bitten Sie darum bei ${repository}, oder wählen Sie ein anderes Repository.`
              : `das dürfen Sie nicht: ${permission} fehlt. Bitten Sie darum bei ${repository}.`,
        'protected-branch': ({ branch = 'der Branch' }) => `${branch} ist geschützt. Nehmen Sie einen Upload-Branch.`,
        'read-only': () => 'dieses Repository ist nur lesbar. Wählen Sie ein anderes.',
        'proxy-refused': ({ answer }) =>
          answer === '413'
            ? 'ein Server vor lakeFS nimmt keine so große Anfrage an (413). Bitten Sie den Betreiber, größere zuzulassen.'
            : `ein Server vor lakeFS lehnt diese Anfrage ab${answer ? ` (${answer})` : ''}. Sagen Sie dem Betreiber Bescheid.`,
        'not-lakefs': () =>
          'an der Adresse von lakeFS antwortet eine Webseite. Sagen Sie dem Betreiber dieser Seite Bescheid.',
        'blocked-by-policy': ({ directive = 'connect-src', origin = 'diese Adresse' }) =>
          `die Sicherheitsregel dieser Seite erlaubt ${origin} nicht. Ihr Betreiber muss die Adresse in ${directive} aufnehmen.`,
        blocked: () =>
          'Anfragen mit diesem Namen bekommen keine Antwort, andere schon: Wahrscheinlich sperrt etwas in diesem Browser den Namen, etwa ein Werbeblocker, oder ein Server dazwischen. Geben Sie diese Seite dort frei oder wählen Sie einen anderen Namen, dann wiederholen.',
        'repository-not-found': () => 'es gibt kein Repository mit diesem Namen. Wählen Sie ein anderes.',
        'store-unknown': ({ repository = 'diesem Repository', store }) =>
          `lakeFS kennt den Speicher ${store ? `„${store}“ ` : ''}von ${repository} nicht. Sagen Sie dem Betreiber Bescheid, oder wählen Sie ein anderes Repository.`,
        'branch-not-found': () => 'es gibt keinen Branch mit diesem Namen. Wählen Sie einen anderen.',
        'not-a-branch': ({ branch = 'das' }) =>
          `${branch} ist kein Branch, und nur Branches nehmen Dateien an. Wählen Sie einen.`,
        'path-too-long': (facts) =>
          `der Pfad hat ${n(fact(facts, 'bytes') ?? 0)} Bytes, erlaubt sind ${n(fact(facts, 'limit') ?? 1024)}. Kürzen Sie einen Namen.`,
        'path-invalid': ({ reason }) => pathFaults[reason as PathFault] ?? 'dieser Pfad geht nicht. Ändern Sie ihn.',
        'path-twice': () => 'für diesen Pfad gibt es zwei Dateien. Benennen Sie eine um.',
        'metadata-invalid': () =>
          'dieser Speicher nimmt diese Metadaten nicht. Namen aus Buchstaben, Ziffern, - und _, Werte in einer Zeile.',
        exists: ({ branch = 'der Branch' }) =>
          `${branch} hat inzwischen eine Datei mit diesem Namen. Wiederholen vergleicht neu.`,
        'address-expired': (facts) =>
          fact(facts, 'restarts') !== undefined
            ? 'das Senden dauert länger, als der Link zum Speicher gilt. Mit schnellerem Netz wiederholen.'
            : 'der Platz für diese Datei verfiel nach 24 Stunden. Wiederholen sendet sie neu.',
        'address-taken': () => 'lakeFS gab dieser Datei immer wieder einen anderen Platz. Später wiederholen.',
        'storage-refused': (_, count) =>
          `der Speicher lehnt ${count > 1 ? 'diese Dateien' : 'diese Datei'} ab. Bitten Sie um Freigabe, dann wiederholen.`,
        'storage-full': (facts, count) =>
          facts.unsent === undefined
            ? 'der Speicher ist voll. Schaffen Sie Platz oder bitten Sie um mehr, dann wiederholen.'
            : `der Speicher ist voll, darum ${count > 1 ? 'wurden diese Dateien' : 'wurde diese Datei'} nicht gesendet. Schaffen Sie Platz oder bitten Sie um mehr, dann wiederholen.`,
        'storage-error': (facts) =>
          `${answers('storage', facts)}. Später wiederholen oder dem Betreiber des Speichers melden.`,
        'storage-unreachable': ({ check, permission = 'local-network' }) => {
          if (check === 'body-limit')
            return 'kleine Anfragen kommen durch, große nicht: Ein Server vor dem Speicher begrenzt die Größe oder bricht lange Anfragen ab. Prüfung zeigen.'
          if (check === 'permission')
            return `dieser Browser verweigert der Seite die Berechtigung ${permission}, darum ist der Speicher nicht erreichbar. Prüfung zeigen.`
          return 'der Speicher ist von dieser Seite aus nicht erreichbar. Prüfung zeigen.'
        },
        'etag-hidden': () =>
          'der Speicher verbirgt seine Prüfsumme vor dieser Seite. Bitten Sie um Freigabe von ETag, dann wiederholen.',
        'lakefs-error': (facts) => `${answers('lakefs', facts)}. Später wiederholen oder dem Betreiber melden.`,
        'lakefs-unreachable': () => 'lakeFS antwortet nicht. Prüfen Sie das Netz, dann wiederholen.',
        'checksum-mismatch': ({ left }, count) =>
          count > 1
            ? 'die gespeicherten Kopien weichen ab. Wiederholen sendet sie neu.'
            : `die gespeicherte Kopie weicht ab und ${left ? 'ist noch auf dem Branch' : 'wurde weggelassen'}. Wiederholen sendet sie neu.`,
        'path-mismatch': ({ path, got, left }) =>
          `lakeFS wurde nach „${path}“ gefragt und hat für „${got}“ geantwortet, ${left ? 'wo sie noch liegt' : 'daher wurde die Datei zurückgenommen'}. Ein Server dazwischen ändert Adressen: Sagen Sie dem Betreiber Bescheid.`,
        'size-mismatch': ({ size, arrived, left }) =>
          `von ${f.bytes(Number(size))} kamen ${f.bytes(Number(arrived))} an, ${left ? 'die noch da sind' : 'daher wurde die Datei zurückgenommen'}. Ein Server dazwischen kürzt Anfragen: Sagen Sie dem Betreiber Bescheid.`,
        'object-unreadable': ({ left }) =>
          `die gespeicherte Kopie lässt sich nicht zurücklesen${left ? ', und ihr Eintrag ist noch auf dem Branch' : ' und wurde entfernt'}. Sagen Sie es dem Betreiber des Speichers.`,
        'not-on-branch': ({ stored, branch = 'dem Branch' }) =>
          `lakeFS hat die Datei bestätigt, sie ist aber nicht auf ${branch}. ${stored ? 'Wiederholen bringt sie dorthin.' : 'Wählen Sie sie neu.'}`,
        'file-changed': () => 'die Datei änderte sich beim Senden. Wählen Sie sie neu.',
        'file-unreadable': () => 'die Datei ist nicht lesbar. Wiederholen Sie es, oder wählen Sie sie neu.',
        'is-folder': () => 'das ist ein Ordner, senden lassen sich nur seine Dateien. Wählen Sie ihn als Ordner.',
        'too-large': (facts) => {
          const size = fact(facts, 'size')
          const limit = fact(facts, 'limit')
          return size !== undefined && limit !== undefined
            ? `${f.bytes(size)} sind mehr als die ${f.bytes(limit)}, die dieser Speicher nimmt. Teilen Sie die Datei.`
            : 'die Datei ist größer, als dieser Speicher nimmt. Teilen Sie sie.'
        },
        throttled: (facts) => {
          const seconds = fact(facts, 'seconds')
          const time = seconds === undefined ? '' : ` ${f.duration(seconds)} lang`
          const who = answerer(facts.side, facts.by)
          const until = fact(facts, 'until')
          return until === undefined
            ? `${who} war${time} überlastet. Später wiederholen.`
            : `${who} bittet zu warten bis ${f.moment(until)}. Dann wiederholen.`
        },
        aborted: () => 'gestoppt.',
        'option-invalid': () =>
          'diese Seite ist mit einer Zahl eingerichtet, die es nicht geben kann. Melden Sie es ihrem Betreiber.',
        protocol: () => 'lakeFS gab eine unbekannte Antwort. Wiederholen oder die Einzelheiten weitergeben.',
      },
      shortErrors: {
        'checksum-mismatch': () => 'die gespeicherte Kopie weicht ab. Wiederholen sendet sie neu.',
      },
      errorDetails: (detail) => `Der Server sagte: ${detail}`,
      checks: {
        cors: (origin) =>
          `${origin} antwortet, aber seine CORS-Regel lässt diese Seite wahrscheinlich nicht senden: Es gibt keine, oder ihr fehlt diese Seite oder PUT. Oder ein Server davor lehnt die Vorfrage des Browsers (Preflight) ab oder leitet sie um. Diese Regel ist nötig:`,
        'cors-header': (origin, { header = 'einen Header' } = {}) =>
          `${origin} antwortet dieser Seite, aber nur auf Anfragen ohne ${header}: Der CORS-Regel fehlt ${header}. Ihr Betreiber muss das freigeben.`,
        'cors-preflight': (origin) =>
          `${origin} antwortet dieser Seite, aber nicht auf die Vorfrage des Browsers vor einem PUT (Preflight). Wahrscheinlich fehlt der CORS-Regel PUT, oder ein Server davor lehnt die Vorfrage ab oder leitet sie um. Diese Regel ist nötig:`,
        'cors-redirect': (origin) =>
          `${origin} schickt diese Seite zu einer anderen Adresse, und vor einem PUT folgt kein Browser. Wahrscheinlich kennt lakeFS die falsche Region oder den falschen Endpunkt.`,
        'lakefs-cors': (origin) =>
          `${origin} antwortet, aber diese Seite darf nichts davon lesen: lakeFS hat kein CORS. Seite und lakeFS müssen denselben Ursprung haben oder hinter einem Proxy liegen.`,
        hidden: (origin) =>
          `${origin} hat schon geantwortet, und jetzt darf diese Seite die Antwort nicht lesen: wahrscheinlich ein Fehler eines Servers davor. Geht weiter, wenn er vorbei ist.`,
        'body-limit': (origin, { passes = 0, stops = 0 } = {}) =>
          `kleine Anfragen kommen durch, große nicht: Ein Server vor dem Speicher begrenzt die Größe${stops ? ` (${f.bytes(Number(passes))} kamen durch, ${f.bytes(Number(stops))} nicht)` : ''} oder bricht lange Anfragen an ${origin} ab. Sein Betreiber muss mehr erlauben.`,
        policy: (origin, { directive = 'connect-src' } = {}) =>
          `Die Sicherheitsregel dieser Seite (${directive}) erlaubt ${origin} nicht. Der Betreiber der Seite muss stattdessen das senden:`,
        permission: (origin, { permission = 'local-network' } = {}) =>
          `Dieser Browser verweigert der Seite die Berechtigung ${permission}, die sie für Server in der Nähe braucht. ${origin} ist wahrscheinlich so einer. Erlauben Sie es in den Einstellungen zu dieser Website, dann wiederholen.`,
        script: (origin) =>
          `Ein Skript dieser Seite hält Anfragen an ${origin} auf: Ohne das Skript kommen sie durch. Sagen Sie es dem Betreiber der Seite.`,
        loopback: (origin) =>
          `Bei ${origin} antwortet nichts. Eins davon: Es ist aus; oder dieser Browser, etwa Safari, lässt Seiten mit https dort nicht ohne https senden.`,
        'mixed-content': (origin) => `${origin} hat kein https, und eine Seite mit https darf dorthin nicht senden.`,
        network: (origin, { permission } = {}) =>
          `Bei ${origin} antwortet nichts. Nicht erreichbar: Es ist aus, der Name ist hier unbekannt, oder eine Firewall liegt dazwischen${permission ? `; oder dieser Seite fehlt die Berechtigung ${permission}` : ''}.`,
        refused: (origin) => `${origin} ist erreichbar und lehnt Dateien ab.`,
        busy: (origin) => `${origin} ist erreichbar, aber überlastet oder selbst gestört. Später wiederholen.`,
        'bad-address': (origin) =>
          origin
            ? `lakeFS nennt für seinen Speicher ${origin}, und eine Seite kann nur an http oder https senden.`
            : 'lakeFS nennt für seinen Speicher eine Adresse, die keine URL ist.',
        unknown: () => 'lakeFS gab keine Adresse, um den Speicher zu prüfen.',
        'etag-hidden': (origin) => `${origin} nimmt Dateien an und verbirgt ETag. Der Header muss frei sein.`,
        fine: (origin) => `${origin} ist jetzt erreichbar. Wiederholen.`,
      },

      physicalAddress: 'Gespeichert unter',
      contentType: 'Typ',
      checksum: 'Prüfsumme',
      metadata: 'Metadaten',
      parts: 'Teile',
      partsOf: (done, all) => `${done} von ${all}`,
      partsCompared: (all) => `${all}, die Prüfsumme jedes Teils stimmt`,
      tries: 'Versuche',
      lastMinutes: 'Tempo der letzten Minuten',
      destination: 'Ziel',
      saveDestination: 'Speichern',

      filesCount: files,
      filesOf: (done, count) => `${done} von ${files(count)}`,
      identicalSkipped: (count) => `${n(count)} gleich, übergangen`,
      failedCount: (count) => `${n(count)} fehlgeschlagen`,
      filesOneReason: (count) => `${files(count)}, ein Grund`,
      showMore: (sending, queued) => {
        if (sending === 0) return `${n(queued)} in der Schlange zeigen`
        return `${n(sending)} weitere${queued ? ` und ${n(queued)} in der Schlange` : ''} zeigen`
      },
      rootFolder: 'In keinem Ordner',
      allDone: 'Hier ist nichts mehr zu tun.',
      partOf,

      sessionTitle: 'Ihre Sitzung ist zu Ende',
      sessionNote: 'Nichts ist verloren. Was gespeichert ist, bleibt, und der Rest geht weiter, wo er war.',
      signedOutTitle: 'Sie sind nicht angemeldet',
      signedOutNote: (here) =>
        here
          ? 'Melden Sie sich bei lakeFS an, um diese Dateien zu senden.'
          : 'Melden Sie sich in einem anderen Tab bei lakeFS an. Die Dateien gehen dann von selbst weiter.',
      signIn: 'Anmelden',

      unfinishedTitle: 'Unfertig auf diesem Rechner',
      unfinished({ files: count, bytes, landed, branch, until }) {
        const end = until === undefined ? '' : ` bis ${until}`
        if (landed === 0) return `${files(count)}, ${bytes} fehlen. Weiter geht es${end}.`
        return `${n(landed)} von ${files(landed + count)} sind auf ${branch}. Für die anderen ${n(count)} geht es weiter${end}.`
      },
      stopped(groups) {
        const waits = (count: number) => (count === 1 ? 'wartete' : 'warteten')
        const did: Readonly<Record<StoppedFiles['why'], (count: number) => string>> = {
          paused: (count) => `${count === 1 ? 'ist' : 'sind'} angehalten`,
          interrupted: (count) => `${count === 1 ? 'wurde' : 'wurden'} beim Schließen der Seite unterbrochen`,
          asking: (count) => `${waits(count)} auf Ihre Antwort`,
          offline: (count) => `${waits(count)} auf das Netz`,
          session: (count) => `${waits(count)} auf Ihre Anmeldung`,
          busy: (count) => `${waits(count)} auf einen ausgelasteten Server`,
          'lakefs-unreachable': (count) => `${waits(count)} auf eine Antwort von lakeFS`,
          'storage-unreachable': (count) => `${waits(count)} auf eine Antwort des Speichers`,
          'lakefs-error': (count) => `${waits(count)} nach einem Fehler auf lakeFS`,
          'storage-error': (count) => `${waits(count)} nach einem Fehler auf den Speicher`,
          'other-tab': (count) => `${waits(count)} auf einen anderen Tab`,
          token: (count) => `${waits(count)} auf die Anmeldung dieser Seite`,
          'store-clock': (count) => `${waits(count)} auf die Uhr des Speichers`,
          'file-unreadable': (count) => `${waits(count)} darauf, wieder lesbar zu sein`,
        }
        const parts = groups.map(
          ({ why, count }, index) => `${index === 0 ? files(count) : n(count)} ${did[why](count)}`,
        )
        return `${list.format(parts)}.`
      },
      goOn: 'Weiter',
      chooseFilesAgain: 'Dieselben Dateien wieder wählen',
      chooseFolderAgain: 'Ordner wieder wählen',
      discard: 'Verwerfen',
      startsAnew: 'die Datei hat sich seit dem letzten Besuch geändert und beginnt von vorn',
      missesDeadline: (until) => ({
        text: `zu langsam: ihr Platz bleibt bis ${until}`,
        short: `zu langsam für ${until}`,
      }),
      keptUntil: (until) => ({ text: `ihr Platz bleibt bis ${until}`, short: `bis ${until}` }),
      showCheck: 'Prüfung zeigen',
      copyRule: 'Regel kopieren',
      sendThroughLakeFS: 'Über lakeFS senden',
      throughLakeFSCosts:
        'Die Dateien können stattdessen über lakeFS gehen. Das ist langsamer, jede ist eine Anfrage, die nach einem Abbruch von vorn beginnt, und ein Server vor lakeFS kann große ablehnen.',
      copyReport: 'Bericht kopieren',
      downloadLog: 'Protokoll laden',

      rejections({ systemFiles, systemNames, versionControl, versionControlNames, emptyFolders, unreadable, unfit }) {
        const parts = []
        if (versionControl > 0)
          parts.push(`${files(versionControl)} der Versionsverwaltung (${versionControlNames.join(', ')})`)
        if (systemFiles > 0)
          parts.push(
            `${n(systemFiles)} ${systemFiles === 1 ? 'Systemdatei' : 'Systemdateien'} (${systemNames.join(', ')})`,
          )
        if (emptyFolders > 0) parts.push(`${n(emptyFolders)} ${emptyFolders === 1 ? 'leerer' : 'leere'} Ordner`)
        if (unreadable > 0) parts.push(`${n(unreadable)} nicht lesbare`)
        if (unfit > 0) parts.push(`${files(unfit)}, die nicht ${unfit === 1 ? 'passt' : 'passen'}`)
        return `Weggelassen: ${list.format(parts)}.`
      },
      showThem: 'Zeigen',
      hideThem: 'Verbergen',
      includeJunk: (count) => (count === 1 ? 'Die Systemdatei mitnehmen' : `Die ${n(count)} Systemdateien mitnehmen`),
      includeVersionControl: (count) => `Versionsverwaltung mitnehmen (${n(count)})`,
      rejected({ code, size = 0 }, { maxSize, maxFiles, accept }) {
        if (code === 'system-file') return 'Systemdatei'
        if (code === 'version-control') return 'Versionsverwaltung'
        if (code === 'empty-folder') return 'leerer Ordner: lakeFS kennt nur Dateien'
        if (code === 'file-unreadable') return 'nicht lesbar'
        if (code === 'file-too-large') return `${f.bytes(size)} sind mehr als die hier erlaubten ${maxSize ?? ''}`
        if (code === 'too-many-files') return `hier werden nur ${maxFiles ?? ''} Dateien genommen`
        return `hier wird nur ${accept ?? ''} genommen`
      },
      andMore: (count) => `und ${n(count)} weitere`,

      saysStart: (count) => `${files(count)} ${count === 1 ? 'wird' : 'werden'} hochgeladen.`,
      saysQuarter: (percent) => `${percent} fertig.`,
      saysEnd({ uploaded, skipped, failed, cancelled }) {
        const parts = [
          [uploaded, 'hochgeladen'],
          [skipped, 'übergangen'],
          [failed, 'fehlgeschlagen'],
          [cancelled, 'abgebrochen'],
        ] as const
        const said = parts.filter(([count]) => count > 0).map(([count, word]) => `${n(count)} ${word}`)
        return `Zu Ende: ${said.join(', ')}.`
      },
      saysFailed: (name, sentence) => `Fehlgeschlagen: ${name}, ${sentence}`,
      saysFailedMany: (count, sentence) => `${files(count)} fehlgeschlagen: ${sentence}`,
    }
  },
}
