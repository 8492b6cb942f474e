import type { UploadError } from '../index.ts'

/** Every word of the page that is not the widget's. */
export interface PageWords {
  language: string
  direction: 'ltr' | 'rtl'
  title: string
  product: string
  slogan: string
  pitch: string
  tail: string
  loading: string
  retry: string
  signIn: string
  signOut: string
  signedOutOnlyHere: string
  accessKeyId: string
  secretAccessKey: string
  showKey: string
  hideKey: string
  wrongKeys: string
  noAnswer: string
  otherRefusal: (detail: string) => string
  thenYouUploadTo: string
  byBrowserSignIn: string
  orByKeys: string
  repository: string
  branch: string
  folder: string
  locked: string
  choices: string
  noChoices: string
  moreChoices: (count: string) => string
  looking: string
  fine: (branch: string) => string
  fineByMerge: (branch: string) => string
  verdict: (error: UploadError, branch: string) => string
  /** In place of a verdict whose way out is another destination, where the page has only one. */
  lockedOut: (branch: string) => string
  createBranch: string
  useUploadBranch: string
  from: (branch: string) => string
  switches: string
  ifTaken: string
  policies: Readonly<Record<'ask' | 'overwrite' | 'skip' | 'rename' | 'fail', string>>
  planFirst: string
  planFact: string
  planFirstWhy: string
  saved: string
  savedWhy: string
  direct: string
  directWhy: string
  allOrNothing: string
  allOrNothingWhy: string
  review: string
  reviewWhy: string
  noReview: string
  rules: string
  rulesWhy: string
  rulesPairs: string
  rulesPairsHint: string
  rulesPattern: string
  rulesRequired: string
  rulesRequiredHint: string
  rulesTable: string
  rulesTableHint: string
  rulesTableRead: (rows: string) => string
  rulesTableBad: string
  listing: string
  listingEmpty: string
  listingRoot: string
  listingFailed: string
  listingMore: string
  uploadHere: string
  up: string
  size: string
  changed: string
  settingsBroken: string
  settingsHint: string
}

const en: PageWords = {
  language: 'en',
  direction: 'ltr',
  title: 'lakeFS Uploader',
  product: 'Uploader',
  slogan: 'Drop files onto a branch.',
  pitch:
    'See what is new, changed or already there before the first byte leaves. Lose the network or close the tab: only what is missing is sent again.',
  tail: 'Bytes go from this browser to the object store. lakeFS only records where they are.',
  loading: 'One moment',
  retry: 'Try again',
  signIn: 'Sign in',
  signOut: 'Sign out',
  signedOutOnlyHere: 'lakeFS did not end the session. Close the browser to be sure.',
  accessKeyId: 'Access key ID',
  secretAccessKey: 'Secret access key',
  showKey: 'Show what you typed',
  hideKey: 'Hide what you typed',
  wrongKeys: 'lakeFS does not know this key pair. Check both fields.',
  noAnswer: 'lakeFS gives no answer. Check the network, then try again.',
  otherRefusal: (detail) => `lakeFS refused: ${detail}`,
  thenYouUploadTo: 'Then you upload to',
  byBrowserSignIn: 'Sign in with your organisation',
  orByKeys: 'or with access keys',
  repository: 'Repository',
  branch: 'Branch',
  folder: 'Folder',
  locked: 'This page uploads to one place only.',
  choices: 'Choices',
  noChoices: 'Nothing fits. Enter takes the name as typed.',
  moreChoices: (count) => `${count} more. Type to narrow down.`,
  looking: 'Looking at the branch',
  fine: (branch) => `${branch} takes uploads from you. They stay uncommitted until you commit.`,
  fineByMerge: (branch) => `Files gather aside and join ${branch} by a merge.`,
  verdict: ({ code, detail, facts }, branch) => {
    switch (code) {
      case 'protected-branch':
        return `${branch} is protected: it changes by merge only. Use an upload branch.`
      case 'read-only':
        return 'This repository is read-only. Choose another repository.'
      case 'repository-not-found':
        return `There is no repository ${facts.repository ?? ''}. Choose another.`
      case 'branch-not-found':
        return `There is no branch ${branch}. Choose another, or create it.`
      case 'not-a-branch':
        return `${branch} is a tag, and tags never change. Choose a branch.`
      case 'forbidden':
        return 'You may not write here. Ask for write access to this repository, or choose another.'
      case 'session-expired':
        return 'Your session has ended. Sign in to go on.'
      case 'lakefs-unreachable':
        return 'lakeFS gives no answer. It is asked again by itself.'
      default:
        return `lakeFS could not tell about ${branch}${detail ? `: ${detail}` : '.'}`
    }
  },
  lockedOut: (branch) => `${branch} takes no files, and this page sends nowhere else. Ask whoever set the page up.`,
  createBranch: 'Create branch',
  useUploadBranch: 'Use an upload branch',
  from: (branch) => `from ${branch}`,
  switches: 'How files are sent',
  ifTaken: 'If a name is taken',
  policies: {
    ask: 'Ask each time',
    overwrite: 'Replace',
    skip: 'Skip',
    rename: 'Keep both',
    fail: 'Fail',
  },
  planFirst: 'Show the plan first',
  planFact: 'You see the plan before a byte is sent',
  planFirstWhy: 'Compares with the branch and waits for you before the first byte.',
  saved: 'Receipt or plan of an earlier drop',
  savedWhy: 'Goes on from there: files that it knows are not read again, and what has arrived stays.',
  direct: 'Send small files through lakeFS',
  directWhy: 'Up to 1 MB in one request instead of four: faster for thousands of small files.',
  allOrNothing: 'All or nothing',
  allOrNothingWhy: 'Files gather on a branch of their own and join together, or not at all.',
  review: 'Ask for a review',
  reviewWhy: 'Ends in a pull request instead of a merge.',
  noReview: 'This lakeFS has no pull requests, so the files are merged without a review.',
  rules: 'Metadata by rule',
  rulesWhy: 'Set on each object as it arrives. The plan shows it for every file.',
  rulesPairs: 'For every file',
  rulesPairsHint: 'One a line: key=value',
  rulesPattern: 'From the path',
  rulesRequired: 'Required keys',
  rulesRequiredHint: 'With commas between',
  rulesTable: 'From a table',
  rulesTableHint: 'CSV or JSON with a column path',
  rulesTableRead: (rows) => `${rows} rows read.`,
  rulesTableBad: 'This table cannot be read. It needs a header and a column path.',
  listing: 'What is there',
  listingEmpty: 'Nothing here yet.',
  listingRoot: 'top',
  listingFailed: 'The list could not be read.',
  listingMore: 'Show more',
  uploadHere: 'Upload here',
  up: 'Up',
  size: 'Size',
  changed: 'Changed',
  settingsBroken: 'config.json cannot be used',
  settingsHint: 'Whoever put up this page can mend it. Then load the page again.',
}

const de: PageWords = {
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
  signIn: 'Anmelden',
  signOut: 'Abmelden',
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
  locked: 'Diese Seite sendet nur an einen Ort.',
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
      case 'branch-not-found':
        return `Es gibt keinen Branch ${branch}. Einen anderen wählen oder ihn anlegen.`
      case 'not-a-branch':
        return `${branch} ist ein Tag, und Tags ändern sich nie. Einen Branch wählen.`
      case 'forbidden':
        return 'Hier fehlt das Schreibrecht. Darum bitten oder ein anderes Repository wählen.'
      case 'session-expired':
        return 'Die Sitzung ist zu Ende. Anmelden, dann geht es weiter.'
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
  from: (branch) => `von ${branch}`,
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
  up: 'Hinauf',
  size: 'Größe',
  changed: 'Geändert',
  settingsBroken: 'config.json ist nicht brauchbar',
  settingsHint: 'Wer diese Seite bereitstellt, kann es beheben. Danach neu laden.',
}

const ar: PageWords = {
  language: 'ar',
  direction: 'rtl',
  title: 'lakeFS Uploader',
  product: 'الرافع',
  slogan: 'أسقط الملفات على فرع.',
  pitch: 'اعرف الجديد والمتغيّر والموجود قبل أول بايت. إن انقطعت الشبكة أو أُغلق التبويب فلا يُرسل ثانيةً إلا الناقص.',
  tail: 'تذهب البايتات من هذا المتصفح إلى المخزن. يسجّل lakeFS مكانها فقط.',
  loading: 'لحظة',
  retry: 'أعد المحاولة',
  signIn: 'تسجيل الدخول',
  signOut: 'تسجيل الخروج',
  signedOutOnlyHere: 'لم يُنهِ lakeFS الجلسة. أغلق المتصفح للتأكد.',
  accessKeyId: 'معرّف مفتاح الوصول',
  secretAccessKey: 'مفتاح الوصول السري',
  showKey: 'أظهر ما كُتب',
  hideKey: 'أخفِ ما كُتب',
  wrongKeys: 'لا يعرف lakeFS هذا الزوج من المفاتيح. راجع الحقلين.',
  noAnswer: 'لا جواب من lakeFS. راجع الشبكة ثم أعد المحاولة.',
  otherRefusal: (detail) => `رفض lakeFS: ${detail}`,
  thenYouUploadTo: 'ثم ترفع إلى',
  byBrowserSignIn: 'ادخل بحساب مؤسستك',
  orByKeys: 'أو بمفاتيح الوصول',
  repository: 'المستودع',
  branch: 'الفرع',
  folder: 'المجلد',
  locked: 'ترفع هذه الصفحة إلى مكان واحد فقط.',
  choices: 'الخيارات',
  noChoices: 'لا شيء يطابق. زر الإدخال يأخذ الاسم كما كُتب.',
  moreChoices: (count) => `${count} أخرى. اكتب للتضييق.`,
  looking: 'يُفحص الفرع',
  fine: (branch) => `يقبل ${branch} ملفاتك. تبقى دون إيداع حتى تودعها.`,
  fineByMerge: (branch) => `تجتمع الملفات جانبًا وتصل إلى ${branch} بالدمج.`,
  verdict: ({ code, detail, facts }, branch) => {
    switch (code) {
      case 'protected-branch':
        return `${branch} محمي ولا يتغيّر إلا بالدمج. استخدم فرع رفع.`
      case 'read-only':
        return 'هذا المستودع للقراءة فقط. اختر غيره.'
      case 'repository-not-found':
        return `لا مستودع باسم ${facts.repository ?? ''}. اختر غيره.`
      case 'branch-not-found':
        return `لا فرع باسم ${branch}. اختر غيره أو أنشئه.`
      case 'not-a-branch':
        return `${branch} وسم، والوسوم لا تتغيّر. اختر فرعًا.`
      case 'forbidden':
        return 'لا يحق لك الكتابة هنا. اطلب الإذن أو اختر مستودعًا آخر.'
      case 'session-expired':
        return 'انتهت جلستك. سجّل الدخول للمتابعة.'
      case 'lakefs-unreachable':
        return 'لا جواب من lakeFS. يُسأل ثانيةً تلقائيًا.'
      default:
        return `لم يخبر lakeFS عن ${branch}${detail ? `: ${detail}` : '.'}`
    }
  },
  lockedOut: (branch) => `لا يقبل ${branch} ملفات، ولا ترسل هذه الصفحة إلى مكان آخر. اسأل من أعدّها.`,
  createBranch: 'أنشئ الفرع',
  useUploadBranch: 'استخدم فرع رفع',
  from: (branch) => `من ${branch}`,
  switches: 'كيف تُرسل الملفات',
  ifTaken: 'إن كان الاسم مأخوذًا',
  policies: { ask: 'اسأل كل مرة', overwrite: 'استبدل', skip: 'تخطَّ', rename: 'أبقِ الاثنين', fail: 'أخفق' },
  planFirst: 'أظهر الخطة أولًا',
  planFact: 'ترى الخطة قبل إرسال أي بايت',
  planFirstWhy: 'يقارن بالفرع وينتظرك قبل أول بايت.',
  saved: 'إيصال أو خطة دفعة سابقة',
  savedWhy: 'يكمل من هناك: ما يعرفه لا يُقرأ ثانيةً، وما وصل يبقى.',
  direct: 'أرسل الملفات الصغيرة عبر lakeFS',
  directWhy: 'حتى 1 MB في طلب واحد بدل أربعة: أسرع لآلاف الملفات الصغيرة.',
  allOrNothing: 'الكل أو لا شيء',
  allOrNothingWhy: 'تجتمع الملفات على فرع خاص وتصل معًا أو لا تصل.',
  review: 'اطلب مراجعة',
  reviewWhy: 'ينتهي بطلب دمج بدل الدمج.',
  noReview: 'لا طلبات دمج في هذا الخادم، فتُدمج الملفات بلا مراجعة.',
  rules: 'بيانات وصفية بقاعدة',
  rulesWhy: 'تُكتب على كل كائن عند وصوله. وتُظهرها الخطة لكل ملف.',
  rulesPairs: 'لكل ملف',
  rulesPairsHint: 'واحدة في كل سطر: مفتاح=قيمة',
  rulesPattern: 'من المسار',
  rulesRequired: 'مفاتيح لازمة',
  rulesRequiredHint: 'بينها فواصل',
  rulesTable: 'من جدول',
  rulesTableHint: 'CSV أو JSON فيه عمود path',
  rulesTableRead: (rows) => `قُرئ ${rows} سطرًا.`,
  rulesTableBad: 'لا يمكن قراءة هذا الجدول. يحتاج إلى رأس وعمود path.',
  listing: 'ما هناك',
  listingEmpty: 'لا شيء هنا بعد.',
  listingRoot: 'الأعلى',
  listingFailed: 'تعذّرت قراءة القائمة.',
  listingMore: 'أظهر المزيد',
  uploadHere: 'ارفع هنا',
  up: 'إلى أعلى',
  size: 'الحجم',
  changed: 'التغيير',
  settingsBroken: 'لا يمكن استخدام config.json',
  settingsHint: 'من نشر هذه الصفحة يستطيع إصلاحها. ثم أعد التحميل.',
}

const ALL: Readonly<Record<string, PageWords>> = { en, de, ar }

/** The first of these languages that the page speaks; a region (`de-AT`) counts as its language. */
export function wordsFor(languages: readonly (string | undefined)[]): PageWords {
  for (const one of languages) {
    const found = one && ALL[one.toLowerCase().split('-')[0] ?? '']
    if (found) return found
  }
  return en
}
