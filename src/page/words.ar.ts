import type { PageWords } from './words.ts'

export const arabic: PageWords = {
  language: 'ar',
  direction: 'rtl',
  title: 'lakeFS Uploader',
  product: 'الرافع',
  slogan: 'أسقط الملفات على فرع.',
  pitch: 'اعرف الجديد والمتغيّر والموجود قبل أول بايت. إن انقطعت الشبكة أو أُغلق التبويب فلا يُرسل ثانيةً إلا الناقص.',
  tail: 'تذهب البايتات من هذا المتصفح إلى المخزن. يسجّل lakeFS مكانها فقط.',
  loading: 'لحظة',
  retry: 'أعد المحاولة',
  unreachableTitle: 'في انتظار lakeFS',
  unreachable: 'لا يجيب lakeFS. تعيد هذه الصفحة السؤال وتتابع تلقائيًا حالما يجيب.',
  askNow: 'اسأل الآن',
  signIn: 'تسجيل الدخول',
  signOut: 'تسجيل الخروج',
  signOutStops: 'ما زالت ملفات في الطريق، وتسجيل الخروج يوقفها.',
  stay: 'ابقَ',
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
      case 'store-unknown':
        return 'لا يعرف lakeFS مخزن هذا المستودع. أخبر من يديره أو اختر غيره.'
      case 'branch-not-found':
        return `لا فرع باسم ${branch}. اختر غيره أو أنشئه.`
      case 'not-a-branch':
        return `${branch} وسم، والوسوم لا تتغيّر. اختر فرعًا.`
      case 'forbidden':
        return `لا يحق لك الكتابة هنا. اطلب ${facts.permission ?? 'الإذن'} أو اختر مستودعًا آخر.`
      case 'session-expired':
        return 'انتهت جلستك. سجّل الدخول للمتابعة.'
      case 'not-lakefs':
        return 'تجيب صفحة ويب على عنوان lakeFS. أخبر من أعدّ هذه الصفحة.'
      case 'proxy-refused':
        return `يرفض خادم أمام lakeFS هذا الطلب (${facts.answer}). أخبر من يديره.`
      case 'lakefs-error':
        return `يجيب lakeFS${facts.by === 'unknown' ? ' أو خادم أمامه' : ''} بخطأ (${facts.answer}). يُسأل ثانيةً تلقائيًا.`
      case 'lakefs-unreachable':
        return 'لا جواب من lakeFS. يُسأل ثانيةً تلقائيًا.'
      default:
        return `لم يخبر lakeFS عن ${branch}${detail ? `: ${detail}` : '.'}`
    }
  },
  lockedOut: (branch) => `لا يقبل ${branch} ملفات، ولا ترسل هذه الصفحة إلى مكان آخر. اسأل من أعدّها.`,
  createBranch: 'أنشئ الفرع',
  useUploadBranch: 'استخدم فرع رفع',
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
  settingsBroken: 'لا يمكن استخدام config.json',
  settingsHint: 'من نشر هذه الصفحة يستطيع إصلاحها. ثم أعد التحميل.',
}
