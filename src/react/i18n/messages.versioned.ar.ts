import type { Format } from './format.ts'
import type { VersionedMessages } from './messages.versioned.ts'

/** Isolates a name, which stays left to right inside a right-to-left sentence. */
const ltr = (text: string) => `\u2066${text}\u2069`

/** العربية. */
export function arabicVersioned(format: Format): VersionedMessages {
  const n = format.number
  const counted = (count: number, one: string, two: string, few: string, many: string, other: string): string => {
    const rule = format.plural(count)
    if (rule === 'one') return one
    if (rule === 'two') return two
    return `${n(count)} ${rule === 'few' ? few : rule === 'many' ? many : other}`
  }
  const files = (count: number) => counted(count, 'ملف واحد', 'ملفان', 'ملفات', 'ملفًا', 'ملف')
  const changes = (count: number) => counted(count, 'تغيير واحد', 'تغييران', 'تغييرات', 'تغييرًا', 'تغيير')
  return {
    nothingSent: 'لم يُرسل شيء بعد',
    compared: (count, bytes, branch) => `${files(count)}، ${bytes}، قورنت بـ ${ltr(branch)} الآن.`,
    planning: (count) => `تُقارن ${files(count)} بالفرع`,
    reading: (objects) => (objects === 0 ? 'يُقرأ الفرع' : `قُرئ ${n(objects)} من الكائنات`),
    hashing: (done, of) => `${n(done)} من ${n(of)} من البصمات`,
    planFailed: 'تعذّرت المقارنة بالفرع',
    noBranch: 'تعذّر إنشاء فرع لهذه الدفعة، فلم يُرسل شيء',
    again: 'أعد المحاولة',
    cancel: 'إلغاء',
    startUpload: 'ابدأ الرفع',
    verdicts: {
      'protected-branch': {
        title: (branch) => `${ltr(branch)} محمي`,
        note: (branch) =>
          `لا يتغيّر إلا بالدمج، وسيرفض lakeFS هذه الملفات في النهاية. أرسلها إلى فرع من ${ltr(branch)} وادمجه حين تجهز.`,
      },
      'read-only': {
        title: () => 'هذا المستودع للقراءة فقط',
        note: () => 'سيرفض lakeFS هذه الملفات في النهاية. اختر مستودعًا آخر.',
      },
      'branch-not-found': {
        title: (branch) => `لا فرع باسم ${ltr(branch)}`,
        note: () => 'أنشئه من الفرع الأصلي أو اختر غيره.',
      },
      'not-a-branch': {
        title: (branch) => `${ltr(branch)} وسم`,
        note: (tag) => `الوسوم لا تتغيّر. أرسل الملفات إلى فرع من ${ltr(tag)} أو اختر غيره.`,
      },
      'repository-not-found': { title: () => 'لا مستودع بهذا الاسم', note: () => 'اختر مستودعًا آخر.' },
      'store-unknown': {
        title: () => 'لا يعرف lakeFS مخزن هذا المستودع',
        note: () => 'أخبر من يدير lakeFS أو اختر مستودعًا آخر.',
      },
      forbidden: {
        title: () => 'لا يحق لك الكتابة هنا',
        note: (_, permission) =>
          `اطلب ${permission === undefined ? 'إذن الكتابة' : ltr(permission)} أو اختر مستودعًا آخر.`,
      },
      other: {
        title: (branch) => `لا يقبل ${ltr(branch)} ملفات الآن`,
        note: () => 'أجاب lakeFS بغير المتوقع. أعد لاحقًا.',
      },
    },
    useUploadBranch: 'استخدم فرع رفع',
    createBranch: 'أنشئ الفرع',
    chooseBranch: 'اختر فرعًا آخر',
    choosePlace: 'اختر وجهة أخرى',
    willUse: (branch) => `تذهب الملفات إلى ${ltr(branch)}`,
    droppedFor: (address) => `تذهب هذه الملفات إلى ${ltr(address)}`,
    chosenSince: (address) => `أُفلتت من أجله، ثم اختير ${ltr(address)}.`,
    sendThere: 'أرسلها إلى هناك بدلًا من ذلك',
    behind: (count) => `ينتظر بعدها: ${files(count)}. تأتي الخطة التالية بعد هذه.`,
    comparedWith: (branch) => `مقارنة بـ ${ltr(branch)}`,
    filesColumn: 'الملفات',
    sizeColumn: 'الحجم',
    new: 'جديد',
    newNote: (branch) => `ليس على ${ltr(branch)} بعد`,
    changed: 'متغيّر',
    changedNote: (branch) => `على ${ltr(branch)} نسخة أخرى منها`,
    notCompared: (count) => `${files(count)} بالحجم نفسه تعذّرت مقارنتها`,
    identical: 'مطابق',
    identicalNote: (branch) => `البصمة نفسها على ${ltr(branch)}، فتبقى كما هي`,
    sendIdentical: 'أرسلها مع ذلك',
    refused: 'لا يمكن أن تصل',
    clashes: 'متشابهة',
    clashesNote: (count) => `أزواج أسماء يسهل الخلط بينها: ${n(count)}`,
    byCase: 'تختلف في حالة الأحرف فقط',
    byAccents: 'تبدو واحدة، والحركة مخزنة بطريقتين',
    onBranch: 'الأول على الفرع من قبل',
    uncommitted: 'فوق تغييرات غير مودعة',
    uncommittedNote: 'غيّرها أحدهم ولم يودعها بعد',
    keepBoth: 'أبقِ الاثنين',
    skipSecond: 'تخطَّ الثاني',
    replace: 'استبدل',
    skip: 'تخطَّ',
    ask: 'اسأل كل مرة',
    travels: (bytes) => `سيُرسل ${bytes}`,
    stays: (count, rest) => `${files(count)}.${rest > 0 ? ` ويبقى ${n(rest)} كما هو.` : ''}`,
    blocked: (branch) => `اختر الوجهة أولًا: لا يقبل ${ltr(branch)} هذه الملفات.`,
    blockedHere: (branch) => `لا يقبل ${ltr(branch)} هذه الملفات، ولا ترسل هذه الصفحة إلى مكان آخر.`,
    needsMetadata: (count) => `${files(count)} بلا بيانات لازمة. أكمل القواعد ثم أفلت ثانيةً.`,
    metadataTitle: 'بيانات وصفية',
    metadataNote: 'تُكتب على كل كائن عند وصوله',
    metadataMissing: (keys) => `ينقص: ${ltr(keys)}`,
    more: (count) => `و${n(count)} أخرى`,
    tooBig: 'الأمر أنسب لهذا القدر',
    tooBigWhy: {
      size: 'أكبر مما يحتمله تبويب المتصفح.',
      count: 'ملفاته أكثر مما يحتمله تبويب المتصفح.',
      time: 'يطول أكثر مما يبقى تبويب المتصفح مفتوحًا.',
    },
    tooBigHours: (hours) => `نحو ${hours} بالسرعة الحالية.`,
    byCommand: 'أرسل بأمر بدلًا من ذلك',
    hideCommand: 'أخفِ الأوامر',
    tools: {
      lakectl: 'lakectl، أمر lakeFS',
      rclone: 'rclone عبر بوابة S3',
      python: 'Python',
      import: 'استيراد، إن كانت البيانات في مخزن',
    },
    gatewayNote: 'نقطة الوصول هي عنوان هذه الصفحة. ضع عنوان بوابة S3 إن كان غيره.',
    listNote: 'تأخذ هذه قائمة الناقص: احفظها أولًا بجانب ملفاتك.',
    notByCommand: (count) =>
      `${files(count)} خارج هذه الأوامر: إما تحفظ باسم آخر أو تُسأل عنها أولًا، وهذه الصفحة وحدها تفعل ذلك.`,
    importNote: 'لا يُنسخ شيء: يسجّل lakeFS مكان الكائنات فقط.',
    copy: 'انسخ',
    copied: 'نُسخ',
    savePlan: 'احفظ قائمة الناقص',
    savePlanNote: 'يأخذها rclone بـ --files-from-raw ويرسل هذه فقط.',
    savePlanFile: 'احفظ الخطة',
    savedUnread: (count) => `${files(count)} معروفة من دفعة سابقة ولم تُقرأ ثانيةً`,
    notChosen: 'لم تُختر',
    notChosenNote: (count, branch) =>
      `${files(count)} من القائمة المحفوظة ليست هنا ولا على ${ltr(branch)}. اخترها ثانيةً لإرسالها.`,
    savedOutside: (count) => `${files(count)} من القائمة المحفوظة مكانها مجلد آخر.`,

    commitTo: (branch) => `إيداع في ${ltr(branch)}`,
    commitMessage: 'رسالة الإيداع',
    message: (count, prefix) => `إضافة ${files(count)} إلى ${prefix}`,
    metadata: 'بيانات وصفية',
    key: 'المفتاح',
    value: 'القيمة',
    removeField: (key) => `أزل ${ltr(key)}`,
    addField: 'أضف حقلًا',
    takes: (count) => `يأخذ الإيداع ${changes(count)}`,
    thisDrop: 'من هذه الدفعة',
    others: 'ليس من هذه الدفعة',
    added: 'جديد',
    modified: 'متغيّر',
    removed: 'محذوف',
    showMore: (count) => `أظهر ${n(count)} أخرى`,
    include: (count) => `أدرج ${changes(count)} ليست من هذه الدفعة`,
    includeUnread: (read) => `أدرج كل ما ليس من هذه الدفعة: على الفرع أكثر من ${changes(read)}، وهي أكثر من أن تُقرأ`,
    includeUnlisted: 'أودع أيضًا ما قد يكون تركه آخرون على الفرع: لا يحق لك سرد محتواه',
    includeNote: 'يودع lakeFS الفرع كله.',
    commit: 'أودع',
    nothingToCommit: 'لا شيء للإيداع.',
    needsTick: 'علّم المربع أولًا: يودع lakeFS التغييرات الأخرى أيضًا.',
    needsMessage: 'اكتب رسالة أولًا.',
    keyTwice: (key) => `المفتاح ${ltr(key)} مكتوب مرتين. أبقِ واحدًا منهما.`,
    keyMissing: (value) => `لا مفتاح لـ ${ltr(value)}. اكتب له مفتاحًا أو احذف الحقل.`,
    stillRunning: 'ما زالت ملفات في الطريق.',
    committed: (id, branch) => `أُودع في ${ltr(branch)} برقم ${ltr(id)}.`,
    committedBy: (who, id, branch) =>
      id === '' ? `أُودع في ${ltr(branch)} من مكان آخر.` : `أودعه ${ltr(who || '؟')} برقم ${ltr(id)}.`,
    resetSince: (branch) => `أعاد أحدهم ملفات من هذه الدفعة في ${ltr(branch)} إلى ما كانت عليه أو استبدلها.`,
    sameBytes: (branch) => `في آخر إيداع في ${ltr(branch)} البايتات نفسها.`,
    hookRefused: 'رفض خطّاف الإيداع',
    hookRefusedMerge: 'رفض خطّاف الدمج',
    hookNote: 'لم يضع شيء ولا حاجة إلى إعادة الإرسال. أصلح ما يقوله ثم أعد المحاولة.',
    hookSaid: (action, hook) => `${ltr(action)}، ${ltr(hook)}`,
    failed: (detail) => `رفض lakeFS: ${detail}`,
    noAnswer: 'لا يجيب lakeFS. أعد لاحقًا.',
    uncommittedThere: (branch) =>
      `لم يتغير شيء: على ${ltr(branch)} تغييرات غير مودعة، ولا يدمج lakeFS في فرع كهذا ولا يعكس عليه. أودعها هناك أو أعد ضبطها ثم أعد المحاولة.`,
    rightMissing: (permission) => `لا يحق لك ذلك: تنقصك ${ltr(permission)}. اطلبها في هذا المستودع.`,
    noUploadBranch: 'الكل أو لا شيء يحتاج إلى فرع رفع.',
    protectedThere: (branch) =>
      `لم يتغير شيء: ${ltr(branch)} محمي ولا يتغيّر إلا بالدمج. افعل ذلك على فرع منه ثم ادمجه.`,
    autoCommit: 'أودع تلقائيًا حين يصل كل شيء',
    autoLand: 'ادمج تلقائيًا حين يصل كل شيء',
    autoReview: 'افتح طلب الدمج تلقائيًا حين يصل كل شيء',
    cameMeanwhile: (count) =>
      `وصلت في الأثناء ${changes(count)} ليست من هذه الدفعة. لم يُودَع شيء: انظر ما يأخذه الإيداع.`,
    receiptInCommit: 'ضع الإيصال في الإيداع',
    receiptInMerge: 'ضع الإيصال في الدمج',

    gathers: (branch, target) => `تجتمع الملفات على ${ltr(branch)}، و${ltr(target)} كما هو`,
    gathersNote: (target) => `تصل إلى ${ltr(target)} معًا أو لا تصل.`,
    land: (target) => `ادمج في ${ltr(target)}`,
    openReview: 'افتح طلب دمج',
    landed: (target) => `كل الملفات على ${ltr(target)}.`,
    branchLeft: (branch) => `تعذّر حذف ${ltr(branch)}، ولم تعد إليه حاجة.`,
    reviewOpen: 'طلب الدمج مفتوح.',
    openPull: 'أظهره في lakeFS',
    noPulls: 'لا طلبات دمج في هذا الخادم. ادمج أو أبقِ الفرع.',
    conflict: (target) => `غيّر ${ltr(target)} الملفات نفسها في الأثناء`,
    conflictNote: 'لم يُدمج شيء. أصلح أحد الطرفين ثم أعد، أو أبقِ الفرع، أو تخلَّ عن الدفعة.',
    takenBack: (target) => `عُكس الدمج في ${ltr(target)}`,
    takenBackNote: (target) =>
      `أجرى lakeFS الدمج مع أن آخرين غيّروا هذه الملفات. عُكس الدمج فورًا، وعلى ${ltr(target)} نسخهم. أصلح أحد الطرفين ثم أعد، أو أبقِ الفرع، أو تخلَّ عن الدفعة.`,
    notTakenBack: (target) => `استبدل الدمج ملفات لآخرين على ${ltr(target)}`,
    notTakenBackNote: (commit) => `نسخهم ما زالت في السجل. متى زال العائق فاعكس الدمج ${ltr(commit)} هنا أو في lakeFS.`,
    revertDirty: (branch) => `تعذّر عكسه: على ${ltr(branch)} تغييرات غير مودعة. أودعها هناك أو أعد ضبطها أولًا.`,
    revertLater: (branch) => `تعذّر عكسه: غيّرت إيداعات لاحقة على ${ltr(branch)} الملفات نفسها.`,
    revertIncomplete: (branch) => `لم يُعِد العكس ${ltr(branch)} كما كان.`,
    mergeUnread: (target) =>
      `لم يُدمج شيء: لا يحق لك أن تقارن الدفعة بـ ${ltr(target)}، وبغير ذلك لا يُعرف ما سيستبدله الدمج. اطلب حق قراءة ${ltr(target)}، أو أبقِ الفرع لمن له هذا الحق.`,
    mergeUnchecked: (target) => `دُمجت الملفات في ${ltr(target)}، ولم تُقارن بما كان هناك قبلها. أعد فحص الدمج.`,
    checkMerge: 'افحص الدمج',
    mergedOpen: (branch, target) => `ما زال دمج ${ltr(branch)} في ${ltr(target)} ينتظر الفحص`,
    tryAgain: 'أعد المحاولة',
    keepBranch: 'أبقِ الفرع',
    discardDrop: 'تخلَّ عن الدفعة',
    kept: (branch) => `يبقى ${ltr(branch)}. ادمجه حين تجهز.`,
    keptMerged: (branch, target) => `يبقى ${ltr(branch)}، ويبقى دمجه في ${ltr(target)}.`,
    discarded: 'تُخلّي عن الدفعة، والوجهة كما كانت.',
    elsewhere: (branch, target) =>
      `دفعة إلى ${ltr(target)} مفتوحة في تبويب آخر، على ${ltr(branch)}. أكملها هناك، أو أغلق ذلك التبويب فتكمل هنا. ما يُفلَت هنا يجتمع على فرع خاص به.`,
    earlier: (branch) => `دفعة سابقة ما زالت على ${ltr(branch)}`,
    unfinishedHere: (count) => `${files(count)} من هذه الدفعة لم تصل بعد. أكملها أولًا أو تخلَّ عن الدفعة.`,
    incomplete: (count) => `${files(count)} لم تصل. أعدها أولًا أو تخلَّ عن الدفعة.`,

    undo: 'اسحب هذه الدفعة',
    undoTitle: (count) => `سحب ${files(count)}`,
    undoNote: (removed, restored) =>
      [removed > 0 && `يزول ${files(removed)}`, restored > 0 && `يعود ${files(restored)} إلى ما كان`]
        .filter(Boolean)
        .join('، ')
        .concat('.'),
    undoLeft: (count) => `${files(count)} تبقى: غيّرها غيرك بعدها أو أُودعت.`,
    undoNothing: 'لا شيء للسحب.',
    takeBack: 'اسحب',
    undone: (removed, restored) => `سُحب: أُزيل ${files(removed)} واستُعيد ${n(restored)}.`,
    revert: 'اعكس الإيداع',
    revertMerge: 'اعكس الدمج',
    revertTitle: (count) => `عكس ${changes(count)}`,
    revertNote: 'إيداع جديد يلغي هذا. لا يُمحى شيء من السجل.',
    reverted: 'عُكس الإيداع.',
    mergeReverted: 'عُكس الدمج.',
    revertedBefore: 'سبق التراجع عنها. لم يتغيّر شيء.',
    notInHistory: (branch) => `لم تعد هذه الدفعة في سجل ${ltr(branch)}: لا شيء للتراجع عنه.`,
    lastDrop: (branch, commit, moment) =>
      `آخر دفعة من هذا المتصفح على ${ltr(branch)} برقم ${ltr(commit)}، منذ ${moment}.`,

    receipt: 'الإيصال',
    receiptNote: (count) => `المسار والحجم والبصمة والوقت: ${files(count)}.`,
    asCsv: 'نزّل الإيصال CSV',
    asJson: 'نزّل الإيصال JSON',
    verifyAgain: 'تحقق ثانيةً',
    verifying: (done, of) => `${n(done)} من ${n(of)}`,
    verified: (same) => `${files(same)} كما وصلت.`,
    notVerified: (changed, missing, unreadable) =>
      `تغيّر ${n(changed)} وفُقد ${n(missing)}${unreadable > 0 ? ` وتعذّرت قراءة ${n(unreadable)}` : ''}.`,
    strays: { changed: 'متغيّر', missing: 'مفقود', unreadable: 'تتعذّر قراءته', same: 'كما وصل' },

    savedTitle: { receipt: 'إيصال دفعة سابقة', plan: 'خطة دفعة سابقة' },
    savedHolds: (moment, count, there, branch) =>
      `بتاريخ ${moment}: ${files(count)}، منها ${n(there)} على ${ltr(branch)} حينها.`,
    savedElsewhere: (address, branch) => `يخص ${ltr(address)}، فلا يُستخدم منه شيء لـ ${ltr(branch)}.`,
    savedBad: (name) => (name ? `لا يمكن استخدام ${ltr(name)}` : 'لا يمكن استخدام القائمة المحفوظة'),
    savedProblems: {
      foreign: 'ليس إيصالًا ولا خطة من هذا الرافع. اختر الملف الذي نُزّل من هنا.',
      damaged: 'جزء منه ناقص أو متغيّر. نزّله ثانيةً أو اختر غيره.',
      newer: 'كتبه إصدار أحدث من هذا الرافع. حمّله هناك.',
      empty: 'لا ملف فيه. اختر غيره.',
      mixed: 'فيه سطور من عدة فروع. أبقِ سطور فرع واحد.',
      unreadable: 'لم يستطع المتصفح قراءته. اختره ثانيةً.',
    },
    forget: 'انسَ',
  }
}
