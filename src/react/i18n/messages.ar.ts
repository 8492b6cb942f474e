import type { AnswerFacts, PathFault, UploadError, WaitState } from '../../core/index.ts'
import { isLong } from './format.ts'
import type { Language, StoppedFiles } from './messages.ts'

/** Isolates a name or an address, which stays left to right inside a right-to-left sentence. */
const ltr = (text: string | number) => `\u2066${text}\u2069`
/**
 * Right-to-left mark for a sentence that begins with a name or a number: in a `<bdi>` the direction follows the first
 * strong letter, even one inside an isolate (HTML, "contained text auto directionality").
 */
const RTL = '\u200f'

/** العربية. */
export const arabic: Language = {
  locale: 'ar',
  units: {
    bytes: ['B', 'KB', 'MB', 'GB', 'TB', 'PB'],
    rate: (bytes) => `${bytes}/s`,
    seconds: (count, text) => counted(count, text, 'ثانية واحدة', 'ثانيتين', 'ثوانٍ', 'ثانية'),
    minutes: (count, text) => counted(count, text, 'دقيقة واحدة', 'دقيقتين', 'دقائق', 'دقيقة'),
    hours: (count, text) => counted(count, text, 'ساعة واحدة', 'ساعتين', 'ساعات', 'ساعة'),
    days: (count, text) => counted(count, text, 'يوم واحد', 'يومين', 'أيام', 'يومًا'),
  },
  words(f) {
    const n = f.number
    const files = (count: number) => counted(count, n(count), 'ملف واحد', 'ملفان', 'ملفات', 'ملفًا')
    const fact = (facts: UploadError['facts'], name: string) => {
      const value = facts[name]
      return typeof value === 'number' ? value : undefined
    }
    const answerer = (side: unknown, by: unknown) =>
      `${side === 'lakefs' ? 'lakeFS' : 'المخزن'}${by === 'unknown' ? ' أو خادم أمامه' : ''}`
    const answers = (side: WaitState['side'], { answer, by }: Partial<AnswerFacts>) => {
      return `يجيب ${answerer(side, by)} بخطأ${answer ? ` (${ltr(answer)})` : ''}`
    }
    const pathFaults: Readonly<Record<PathFault, string>> = {
      empty: 'المسار فارغ. أعطِ الملف اسمًا.',
      nul: 'في المسار محرف NUL لا يقبله أي مخزن. احذفه.',
      'half-character': 'في المسار نصف محرف لا يمكن إرساله. اكتب هذا الاسم من جديد.',
      dots: 'في المسار اسم هو «.» أو «..». أعطِ ذلك المجلد أو الملف اسمًا آخر.',
      'trailing-slash': 'ينتهي المسار بشرطة مائلة، فلا اسم للملف. أضف اسمًا.',
      'empty-segment': 'في المسار شرطتان مائلتان متتاليتان، فهناك مجلد بلا اسم. احذف إحداهما.',
    }
    const andFailed = (count: number) => (count > 0 ? `، وفشل ${n(count)}` : '')
    const list = new Intl.ListFormat(f.locale, { type: 'conjunction' })
    const partOf = (part: number, whole: number) => `${f.bytes(part)} من ${f.bytes(whole)}`
    return {
      region: (address) => `الرفع إلى ${address}`,
      uploadTo: 'الرفع إلى',
      copyAddress: 'نسخ العنوان',
      copied: 'نُسخ',

      chooseFiles: 'اختيار ملفات',
      chooseFolder: 'اختيار مجلد',
      dropTitle: 'أسقط ملفات أو مجلدات',
      dropNote: (folder, branch) =>
        folder ? `تحتفظ المجلدات ببنيتها تحت ${ltr(folder)}` : `تحتفظ المجلدات ببنيتها على ${ltr(branch)}`,
      dragTitle: (count) =>
        count === 0
          ? 'أفلت لإضافتها'
          : `أفلت لإضافة ${counted(count, n(count), 'عنصر واحد', 'عنصرين', 'عناصر', 'عنصرًا')}`,
      dragNote: (folder, branch) => (folder ? `تصل إلى ${ltr(folder)} على ${ltr(branch)}` : `تصل إلى ${ltr(branch)}`),
      policy: {
        ask: 'إذا كان الاسم مأخوذًا تُسأل',
        overwrite: 'إذا كان الاسم مأخوذًا يحل ملفك محله',
        skip: 'إذا كان الاسم مأخوذًا يُتخطى ملفك',
        rename: 'إذا كان الاسم مأخوذًا يبقى الاثنان',
        fail: 'إذا كان الاسم مأخوذًا يُرفض ملفك',
      },
      factUncommitted: 'دون إيداع حتى تودعها',
      held: {
        repository: 'اختر مستودعًا أولًا.',
        branch: 'اختر فرعًا أولًا.',
        disabled: 'لا يمكن إضافة ملفات الآن.',
      },
      notLoaded: {
        part: 'لم يُحمَّل هذا الجزء من الصفحة. أعد المحاولة عند عودة الشبكة أو أعد تحميل الصفحة؛ ما وصل يبقى.',
        files: 'لم تُقبل هذه الملفات: حدث خلل في هذه الصفحة. أعد تحميل الصفحة ثم أضفها من جديد.',
        again: 'أعد المحاولة',
      },
      dropMore: 'يمكنك إسقاط المزيد هنا في أي وقت',
      dropLost: 'إن كنت قد أسقطت ملفات هنا فإنها لم تصل، لأن هذه الصفحة اعترضتها. اخترها بأحد الأزرار بدلًا من ذلك.',
      keepOpen: 'أبقِ هذه الصفحة مفتوحة وفي المقدمة.',

      totalProgress: 'التقدم الكلي',
      sent: (part, whole) => `أُرسل ${partOf(part, whole)}`,
      shades: (onBranch, sent, branch) => `${onBranch} على ${ltr(branch)}، و${sent} أُرسلت ولم تصل بعد`,
      rateAndLeft: (rate, left) => (left ? `${rate}، بقي نحو ${left}` : rate),
      allIdle: (duration) => `لم يتحرك شيء منذ ${duration}`,
      allAwaitAnswer: 'بانتظار تأكيد الخادم',
      starting: 'يبدأ',
      adding: (count) => (count === 0 ? 'تُضاف الملفات' : `تُضاف ${files(count)}`),
      allPaused: 'متوقف مؤقتًا',
      waitingForSession: 'يتابع عندما تسجّل الدخول',
      waitingForAnswers: 'بحاجة إلى ردك',
      waiting: 'ينتظر',
      counts: {
        queued: () => 'في القائمة',
        checking: () => 'يُفحص',
        sending: () => 'يُرسَل',
        finishing: () => 'يُنهى',
        waiting: () => 'ينتظر',
        paused: () => 'متوقف',
        asking: () => 'بحاجة إلى رد',
        uploaded: () => 'مرفوع',
        skipped: () => 'متخطى',
        failed: () => 'فشل',
        cancelled: () => 'ملغى',
      },
      retryFailed: 'إعادة محاولة الفاشلة',
      pauseAll: 'إيقاف الكل مؤقتًا',
      resumeAll: 'استئناف الكل',
      cancelAll: 'إلغاء الكل',
      clearFinished: 'مسح المنتهية',
      arrived: (count, branch, failed) => `وصل ${files(count)} إلى ${ltr(branch)}${andFailed(failed)}`,
      alreadyThere: (branch) => `كل شيء موجود بالفعل على ${ltr(branch)}.`,
      nothingArrived: (branch, failed) => `لم يصل شيء إلى ${ltr(branch)}${andFailed(failed)}`,
      arrivedIn: (bytes, duration) => (duration ? `${bytes} في ${duration}.` : `${bytes}.`),
      notCommitted: 'لم تودع بعد.',
      confirming: (branch) => `يجري التحقق من وجود كل شيء على ${ltr(branch)}…`,
      notConfirmed: (branch) => `تعذّرت قراءة ${ltr(branch)} للتحقق من ذلك.`,
      skippedIdentical: (branch) => `متخطى، مطابق على ${ltr(branch)}`,

      filters: 'عرض',
      all: 'الكل',
      active: 'الجارية',
      failed: 'الفاشلة',
      done: 'المكتملة',
      showAs: 'عرض حسب',
      asFolders: 'المجلدات',
      asFiles: 'الملفات',

      files: 'الملفات',
      noFiles: 'لا ملفات هنا.',
      status: {
        queued: 'في قائمة الانتظار',
        checking: 'جارٍ الفحص',
        sending: 'جارٍ الإرسال',
        finishing: 'جارٍ الإنهاء',
        waiting: 'ينتظر',
        paused: 'متوقف مؤقتًا',
        asking: 'بحاجة إلى رد',
        uploaded: 'تم الرفع',
        skipped: 'متخطى',
        failed: 'فشل',
        cancelled: 'ملغى',
      },
      pause: (name) => `إيقاف مؤقت ${name}`,
      resume: (name) => `استئناف ${name}`,
      cancel: (name) => `إلغاء ${name}`,
      retry: (name) => `إعادة المحاولة ${name}`,
      remove: (name) => `إزالة ${name}`,
      showDetails: (name) => `تفاصيل ${name}`,
      checking: (branch) => `يُقارن مع ${ltr(branch)}`,
      rate: (rate) => rate,
      left: (duration) => ({ text: `بقي نحو ${duration}`, short: `بقي ${duration}` }),
      idle: (duration) => ({ text: `لم يتحرك شيء منذ ${duration}` }),
      awaitsAnswer: { text: 'أُرسل كله، بانتظار تأكيد الخادم', short: 'أُرسل ولم يُؤكَّد بعد' },
      repeating: (part) => `يُعاد الجزء ${part}`,
      sessionEnds: (left) => ({ text: `تنتهي جلستك خلال ${left}، ثم يُعاد إرسال الملف كله`, short: '' }),
      addressEnds: (left) => ({ text: `ينتهي عنوانه خلال ${left}، ويُعاد إرسال الباقي`, short: '' }),
      deletedSince: (branch) => ({ text: `حُذف من ${ltr(branch)} بعد ذلك`, short: 'حُذف لاحقًا' }),
      replacedSince: { text: 'استُبدل برفع آخر بعد ذلك', short: 'استُبدل لاحقًا' },
      partsGoOn: 'الأجزاء الجارية تتابع',
      finishing: (branch) => ({
        text: `خُزّنت كل البايتات، ويُضاف الآن إلى ${ltr(branch)}`,
        short: `يُضاف إلى ${ltr(branch)}`,
      }),
      wait({ reason, side, answered, until }, next) {
        const store = side === 'storage'
        if (reason === 'offline') return { text: 'لا شبكة، ويتابع تلقائيًا' }
        if (reason === 'other-tab') return { text: 'تبويب آخر يرفع هذا الملف', short: 'في تبويب آخر' }
        if (reason === 'file-unreadable') {
          const then = next ? `، المحاولة التالية بعد ${next}` : ''
          return { text: `تتعذّر قراءة الملف الآن${then}`, short: 'تتعذّر قراءته الآن' }
        }
        if (reason === 'store-clock') {
          const then = next ? `، يتابع بعد ${next}` : ''
          return { text: `ساعة المخزن متأخرة عن ساعة lakeFS${then}`, short: `ساعة المخزن متأخرة${then}` }
        }
        if (reason === 'busy' && next && isLong(until)) {
          const then = f.moment(until)
          return {
            text: `يطلب ${answerer(side, answered?.by)} الانتظار حتى ${then}، ثم يتابع تلقائيًا`,
            short: `ينتظر حتى ${then}`,
          }
        }
        const why =
          reason === 'busy'
            ? `يطلب ${answerer(side, answered?.by)} التمهّل`
            : answered
              ? answers(side, answered)
              : reason === 'token'
                ? 'لا يجيب تسجيل الدخول في هذه الصفحة'
                : store
                  ? 'لا يجيب المخزن'
                  : 'لا يجيب lakeFS'
        return next
          ? { text: `${why}، المحاولة التالية بعد ${next}`, short: `المحاولة التالية بعد ${next}` }
          : { text: why }
      },
      waitSession: (branch, percent, stored) =>
        stored
          ? { text: `خُزّنت كل البايتات، وتُضاف إلى ${ltr(branch)} عندما تسجّل الدخول`, short: 'مخزّن حتى تسجّل الدخول' }
          : percent
            ? { text: `أُرسل ${percent}، ويتابع عندما تسجّل الدخول`, short: `${percent} حتى تسجّل الدخول` }
            : { text: 'يتابع عندما تسجّل الدخول', short: 'حتى تسجّل الدخول' },
      percentSent: (percent) => `أُرسل ${percent}`,
      conflict: (branch, size, day) => ({
        text: `في ${ltr(branch)} نسخة أخرى: ${size}${day ? `، ${day}` : ''}`,
        short: `${RTL}${size} على ${ltr(branch)}`,
      }),
      answers: { overwrite: 'استبدال', skip: 'تخطي', rename: 'الاحتفاظ بكليهما' },
      keepBothAs: (name) => `يحفظ ملفك باسم ${ltr(name)}`,
      forAllConflicts: 'لكل التعارضات في هذه الدفعة',
      verified: 'المجموع التدقيقي مطابق',
      notVerified: 'لم يُتحقق من المجموع التدقيقي',
      unchangedSince: 'لم يتغيّر منذ آخر رفع لك',
      skipped: (reason, branch) =>
        reason === 'identical' ? `مطابق على ${ltr(branch)}` : `يحتفظ ${ltr(branch)} بنسخته`,
      errors: {
        'session-expired': () => 'انتهت جلستك. سجّل الدخول للمتابعة.',
        forbidden: ({ permission }) =>
          permission === undefined
            ? 'لا يمكنك الكتابة هنا. اطلب صلاحية الكتابة في هذا المستودع أو اختر غيره.'
            : permission === 'fs:WriteObject'
              ? `لا يمكنك الكتابة هنا: تنقصك ${ltr(String(permission))}. اطلبها في هذا المستودع أو اختر غيره.`
              : `لا يحق لك ذلك: تنقصك ${ltr(String(permission))}. اطلبها في هذا المستودع.`,
        'protected-branch': ({ branch = 'الفرع' }) => `${RTL}${ltr(branch)} محمي. استخدم فرعًا للرفع.`,
        'read-only': () => 'هذا المستودع للقراءة فقط. اختر مستودعًا آخر.',
        'proxy-refused': ({ answer }) =>
          answer === '413'
            ? 'لا يقبل خادم أمام lakeFS طلبًا بهذا الحجم (413). اطلب ممن يديره السماح بأكبر.'
            : `يرفض خادم أمام lakeFS هذا الطلب${answer ? ` (${ltr(answer)})` : ''}. أخبر من يديره.`,
        'not-lakefs': () => 'تجيب صفحة ويب على عنوان lakeFS. أخبر صاحب هذه الصفحة.',
        'blocked-by-policy': ({ directive = 'connect-src', origin = '' }) =>
          `لا تسمح سياسة أمان هذه الصفحة بالعنوان ${ltr(String(origin))}. على صاحبها إضافته إلى ${ltr(String(directive))}.`,
        blocked: () =>
          'الطلبات التي فيها هذا الاسم لا تلقى جوابًا وغيرها يلقى: على الأرجح يحجب شيء في هذا المتصفح هذا الاسم، مثل مانع إعلانات، أو خادم في الطريق. اسمح بهذه الصفحة هناك أو اختر اسمًا آخر، ثم أعد المحاولة.',
        'repository-not-found': () => 'لا مستودع بهذا الاسم. اختر مستودعًا آخر.',
        'store-unknown': ({ store }) =>
          `لا يعرف lakeFS مخزن هذا المستودع${store ? ` (${ltr(String(store))})` : ''}. أخبر من يديره أو اختر مستودعًا آخر.`,
        'branch-not-found': () => 'لا فرع بهذا الاسم. اختر فرعًا آخر.',
        'not-a-branch': ({ branch = 'هذا' }) =>
          `${RTL}${ltr(branch)} ليس فرعًا، والفروع وحدها تستقبل الملفات. اختر فرعًا.`,
        'path-too-long': (facts) =>
          `طول المسار ${n(fact(facts, 'bytes') ?? 0)} بايت والحد ${n(fact(facts, 'limit') ?? 1024)}. قصّر اسم مجلد أو ملف.`,
        'path-invalid': ({ reason }) => pathFaults[reason as PathFault] ?? 'لا يمكن استخدام هذا المسار. غيّره.',
        'path-twice': () => 'أُعطي ملفان لهذا المسار. غيّر اسم أحدهما.',
        'metadata-invalid': () =>
          'لا يقبل هذا المخزن هذه البيانات الوصفية. استخدم حروفًا لاتينية وأرقامًا و- و_ في الأسماء، وسطرًا واحدًا لكل قيمة.',
        exists: ({ branch = 'الفرع' }) => `صار في ${ltr(branch)} ملف بهذا الاسم. أعد المحاولة للمقارنة من جديد.`,
        'address-expired': (facts) =>
          fact(facts, 'restarts') !== undefined
            ? 'يستغرق الإرسال وقتًا أطول من صلاحية رابط المخزن. أعد المحاولة على شبكة أسرع.'
            : 'انتهى المكان المحجوز لهذا الملف بعد 24 ساعة. أعد المحاولة لإرساله من جديد.',
        'address-taken': () => 'نقل lakeFS هذا الملف إلى مكان آخر مرة بعد مرة. أعد المحاولة لاحقًا.',
        'storage-refused': (_, count) =>
          `رفض المخزن ${count > 1 ? 'هذه الملفات' : 'هذا الملف'}. اطلب من مالكه السماح بالرفع ثم أعد المحاولة.`,
        'storage-full': (facts, count) =>
          facts.unsent === undefined
            ? 'المخزن ممتلئ. أفرغ مكانًا أو اطلب من مالكه مساحة أكبر ثم أعد المحاولة.'
            : `المخزن ممتلئ، ولذلك لم ${count > 1 ? 'تُرسل هذه الملفات' : 'يُرسل هذا الملف'}. أفرغ مكانًا أو اطلب من مالكه مساحة أكبر ثم أعد المحاولة.`,
        'storage-error': (facts) => `${answers('storage', facts)}. أعد المحاولة لاحقًا أو أبلغ مالك المخزن.`,
        'storage-unreachable': ({ check, permission = 'local-network' }) => {
          if (check === 'body-limit')
            return 'الطلبات الصغيرة تصل والكبيرة لا تصل: خادم أمام المخزن يحدّ الحجم أو يقطع الطلبات الطويلة. اعرض الفحص.'
          if (check === 'permission')
            return `يمنع هذا المتصفح عن هذه الصفحة الإذن ${ltr(String(permission))}، فلا يمكن الوصول إلى المخزن. اعرض الفحص.`
          return 'لا يمكن الوصول إلى المخزن من هذه الصفحة. اعرض الفحص.'
        },
        'etag-hidden': () => 'يخفي المخزن مجموعه التدقيقي عن هذه الصفحة. اطلب إظهار ETag ثم أعد المحاولة.',
        'lakefs-error': (facts) => `${answers('lakefs', facts)}. أعد المحاولة لاحقًا أو أبلغ من يشغّله.`,
        'lakefs-unreachable': () => 'لا يجيب lakeFS. تحقق من الشبكة ثم أعد المحاولة.',
        'checksum-mismatch': ({ left }, count) =>
          count > 1
            ? 'النسخ المخزّنة لا تطابق ملفاتك. أعد المحاولة لإرسالها من جديد.'
            : `النسخة المخزّنة لا تطابق ملفك، ${left ? 'وما زالت على الفرع' : 'فلم تُضف'}. أعد المحاولة لإرسالها من جديد.`,
        'path-mismatch': ({ path, got, left }) =>
          `سُئل lakeFS عن «${ltr(String(path))}» فأجاب عن «${ltr(String(got))}»، ${left ? 'وما زال الملف هناك' : 'فاستُرجع الملف'}. خادم في الطريق يغيّر العناوين: أخبر من يديره.`,
        'size-mismatch': ({ size, arrived, left }) =>
          `وصل ${f.bytes(Number(arrived))} من ${f.bytes(Number(size))}، ${left ? 'وما زال ذلك هناك' : 'فاستُرجع الملف'}. خادم في الطريق يقتطع الطلبات: أخبر من يديره.`,
        'object-unreadable': ({ left }) =>
          `تتعذّر قراءة النسخة المخزّنة من جديد، ${left ? 'وما زالت على الفرع' : 'فأُزيلت'}. أخبر مسؤول المخزن.`,
        'not-on-branch': ({ stored, branch = 'الفرع' }) =>
          `أكّد lakeFS الملف، لكنه غير موجود على ${ltr(branch)}. ${stored ? 'أعد المحاولة لإضافته.' : 'اختره من جديد.'}`,
        'file-changed': () => 'تغيّر الملف أثناء إرساله. اختره من جديد.',
        'file-unreadable': () => 'تتعذّر قراءة الملف. أعد المحاولة أو اختره من جديد.',
        'is-folder': () => 'هذا مجلد، ولا تُرسل إلا ملفاته. اختره كمجلد.',
        'too-large': (facts) => {
          const size = fact(facts, 'size')
          const limit = fact(facts, 'limit')
          return size !== undefined && limit !== undefined
            ? `${RTL}${f.bytes(size)} يتجاوز حد هذا المخزن وهو ${f.bytes(limit)}. قسّم الملف.`
            : 'يتجاوز الملف حد هذا المخزن. قسّمه.'
        },
        throttled: (facts) => {
          const seconds = fact(facts, 'seconds')
          const time = seconds === undefined ? '' : ` لمدة ${f.duration(seconds)}`
          const who = answerer(facts.side, facts.by)
          const until = fact(facts, 'until')
          return until === undefined
            ? `كان ${who} مشغولًا${time}. أعد المحاولة لاحقًا.`
            : `يطلب ${who} الانتظار حتى ${f.moment(until)}. أعد المحاولة بعدها.`
        },
        aborted: () => 'أُوقف.',
        'option-invalid': () => 'أُعدّت هذه الصفحة برقم غير ممكن. أبلغ صاحبها.',
        protocol: () => 'أعطى lakeFS جوابًا لا نعرفه. أعد المحاولة أو انسخ التفاصيل للدعم.',
      },
      shortErrors: {
        'checksum-mismatch': () => 'النسخة المخزّنة لا تطابق ملفك. أعد المحاولة.',
      },
      errorDetails: (detail) => `قال الخادم: ${ltr(detail)}`,
      checks: {
        cors: (origin) =>
          `يجيب ${ltr(origin)} لكن قاعدة CORS فيه على الأرجح لا تسمح لهذه الصفحة بالإرسال: لا قاعدة فيه، أو تنقصها هذه الصفحة أو PUT. أو يرفض خادم أمامه سؤال المتصفح المسبق (preflight) أو يحوّله. القاعدة اللازمة:`,
        'cors-header': (origin, { header = '' } = {}) =>
          `يجيب ${ltr(origin)} هذه الصفحة لكن فقط عن طلبات بلا ${ltr(String(header))}: قاعدة CORS ينقصها ${ltr(String(header))}. على مالكه السماح به.`,
        'cors-preflight': (origin) =>
          `يجيب ${ltr(origin)} هذه الصفحة لكن لا يجيب السؤال الذي يسبق PUT (preflight). على الأرجح تنقص PUT قاعدة CORS، أو يرفض خادم أمامه ذلك السؤال أو يحوّله. القاعدة اللازمة:`,
        'cors-redirect': (origin) =>
          `يرسل ${ltr(origin)} هذه الصفحة إلى عنوان آخر، ولا يتبعه متصفح قبل PUT. على الأرجح لدى lakeFS منطقة أو نقطة نهاية خاطئة.`,
        'lakefs-cors': (origin) =>
          `يجيب ${ltr(origin)} لكن هذه الصفحة لا يجوز لها قراءة الجواب: لا CORS في lakeFS. يجب أن تكون الصفحة و lakeFS على أصل واحد أو خلف وكيل.`,
        hidden: (origin) =>
          `أجاب ${ltr(origin)} من قبل، والآن لا يجوز لهذه الصفحة قراءة جوابه: على الأرجح خطأ من خادم أمامه. يتابع عندما ينتهي.`,
        'body-limit': (origin, { passes = 0, stops = 0 } = {}) =>
          `الطلبات الصغيرة تصل والكبيرة لا تصل: خادم أمام المخزن يحدّ الحجم${stops ? ` (وصل ${f.bytes(Number(passes))} ولم يصل ${f.bytes(Number(stops))})` : ''} أو يقطع الطلبات الطويلة إلى ${ltr(origin)}. على مالكه السماح بأكثر.`,
        policy: (origin, { directive = 'connect-src' } = {}) =>
          `لا تسمح سياسة أمان هذه الصفحة (${ltr(String(directive))}) بالعنوان ${ltr(origin)}. على صاحب الصفحة أن يرسل بدلًا منها:`,
        permission: (origin, { permission = 'local-network' } = {}) =>
          `يمنع هذا المتصفح عن هذه الصفحة الإذن ${ltr(String(permission))} الذي تحتاجه لخوادم قريبة منك، وعلى الأرجح ${ltr(origin)} منها. اسمح به في إعدادات هذا الموقع ثم أعد المحاولة.`,
        script: (origin) =>
          `يوقف برنامج نصي في هذه الصفحة الطلبات إلى ${ltr(origin)}، وهي تصل من دونه. أبلغ صاحب الصفحة.`,
        loopback: (origin) =>
          `لا شيء يجيب عند ${ltr(origin)}. أحد السببين: هو متوقف، أو هذا المتصفح مثل Safari لا يسمح لصفحة https بالإرسال إليه دون https.`,
        'mixed-content': (origin) => `${RTL}${ltr(origin)} ليس على https، ولا يجوز لصفحة https الإرسال إليه.`,
        network: (origin, { permission } = {}) =>
          `لا شيء يجيب عند ${ltr(origin)}. لا يمكن الوصول إليه: هو متوقف، أو اسمه غير معروف هنا، أو بينكما جدار ناري${permission ? `، أو ينقص هذه الصفحة الإذن ${ltr(String(permission))}` : ''}.`,
        refused: (origin) => `يمكن الوصول إلى ${ltr(origin)} وهو يرفض الرفع.`,
        busy: (origin) => `يمكن الوصول إلى ${ltr(origin)} لكنه مشغول أو فيه عطل. أعد المحاولة لاحقًا.`,
        'bad-address': (origin) =>
          origin
            ? `يعطي lakeFS لمخزنه العنوان ${ltr(origin)} ولا تستطيع صفحة أن ترسل إلا إلى http أو https.`
            : 'يعطي lakeFS لمخزنه عنوانًا ليس عنوان URL.',
        unknown: () => 'لم يعطِ lakeFS عنوانًا لفحص المخزن.',
        'etag-hidden': (origin) => `يستقبل ${ltr(origin)} الملفات ويخفي ETag. على مالكه إظهاره.`,
        fine: (origin) => `يمكن الوصول إلى ${ltr(origin)} الآن. أعد المحاولة.`,
      },

      physicalAddress: 'مخزّن في',
      contentType: 'النوع',
      checksum: 'المجموع التدقيقي',
      metadata: 'البيانات الوصفية',
      parts: 'الأجزاء',
      partsOf: (done, all) => `${done} من ${all}`,
      partsCompared: (all) => `${all}، والمجموع التدقيقي لكل جزء مطابق`,
      tries: 'المحاولات',
      lastMinutes: 'السرعة في الدقائق الأخيرة',
      destination: 'يصل إلى',
      saveDestination: 'حفظ',

      filesCount: files,
      filesOf: (done, count) => `${done} من ${files(count)}`,
      identicalSkipped: (count) => `${n(count)} مطابق ومتخطى`,
      failedCount: (count) => `${n(count)} فشل`,
      filesOneReason: (count) => `${files(count)}، سبب واحد`,
      showMore: (sending, queued) => {
        if (sending === 0) return `عرض ${n(queued)} في القائمة`
        return `عرض ${n(sending)} أخرى تُرسل${queued ? ` و${n(queued)} في القائمة` : ''}`
      },
      rootFolder: 'خارج أي مجلد',
      allDone: 'لا شيء متبقٍ هنا.',
      partOf,

      sessionTitle: 'انتهت جلستك',
      sessionNote: 'لم يضع شيء. ما خُزّن يبقى مخزّنًا، والباقي يتابع من حيث كان.',
      signedOutTitle: 'لم تسجّل الدخول',
      signedOutNote: (here) =>
        here
          ? 'سجّل الدخول إلى lakeFS لإرسال هذه الملفات.'
          : 'سجّل الدخول إلى lakeFS في تبويب آخر، ثم تتابع الملفات وحدها.',
      signIn: 'تسجيل الدخول',

      unfinishedTitle: 'غير مكتمل على هذا الجهاز',
      unfinished({ files: count, bytes, landed, branch, until }) {
        const end = until === undefined ? '' : ` حتى ${until}`
        if (landed === 0) return `${files(count)}، بقي ${bytes}. يمكن المتابعة${end}.`
        return `${n(landed)} من ${files(landed + count)} على ${ltr(branch)}. يمكن متابعة الباقي (${n(count)})${end}.`
      },
      stopped(groups) {
        // The reason comes before the number, because a verb after a number would have to agree with it.
        const did: Readonly<Record<StoppedFiles['why'], string>> = {
          paused: 'أُوقف مؤقتًا',
          interrupted: 'انقطع عند إغلاق الصفحة',
          asking: 'كان ينتظر ردّك',
          offline: 'كان ينتظر الشبكة',
          session: 'كان ينتظر تسجيل دخولك',
          busy: 'كان ينتظر خادمًا مشغولًا',
          'lakefs-unreachable': 'كان ينتظر جواب lakeFS',
          'storage-unreachable': 'كان ينتظر جواب المخزن',
          'lakefs-error': 'كان ينتظر lakeFS بعد خطأ',
          'storage-error': 'كان ينتظر المخزن بعد خطأ',
          'other-tab': 'كان ينتظر تبويبًا آخر',
          token: 'كان ينتظر تسجيل الدخول في هذه الصفحة',
          'store-clock': 'كان ينتظر ساعة المخزن',
          'file-unreadable': 'كان ينتظر أن تتيسّر قراءته',
        }
        return `${groups.map(({ why, count }) => `${did[why]}: ${files(count)}`).join('، ')}.`
      },
      goOn: 'متابعة',
      chooseFilesAgain: 'اختيار الملفات نفسها من جديد',
      chooseFolderAgain: 'اختيار المجلد من جديد',
      discard: 'تجاهل',
      startsAnew: 'تغيّر الملف منذ آخر زيارة، فيبدأ من جديد',
      missesDeadline: (until) => ({
        text: `بطيء جدًا: يبقى مكانه حتى ${until}`,
        short: `بطيء حتى ${until}`,
      }),
      keptUntil: (until) => ({ text: `يبقى مكانه حتى ${until}`, short: `حتى ${until}` }),
      showCheck: 'اعرض الفحص',
      copyRule: 'نسخ القاعدة',
      sendThroughLakeFS: 'الإرسال عبر lakeFS',
      throughLakeFSCosts:
        'يمكن أن تمر الملفات عبر lakeFS. هذا أبطأ، وكل ملف طلب واحد يبدأ من جديد إذا انقطع، وقد يرفض خادم أمام lakeFS الملفات الكبيرة.',
      copyReport: 'نسخ التقرير',
      downloadLog: 'تنزيل السجل',

      rejections({ systemFiles, systemNames, versionControl, versionControlNames, emptyFolders, unreadable, unfit }) {
        const parts = []
        if (versionControl > 0)
          parts.push(`${n(versionControl)} من ملفات إدارة الإصدارات (${ltr(versionControlNames.join(', '))})`)
        if (systemFiles > 0) parts.push(`${n(systemFiles)} من ملفات النظام (${ltr(systemNames.join(', '))})`)
        if (emptyFolders > 0) parts.push(`${n(emptyFolders)} من المجلدات الفارغة`)
        if (unreadable > 0) parts.push(`${n(unreadable)} لا تُقرأ`)
        if (unfit > 0) parts.push(`${n(unfit)} لا تناسب`)
        return `تُركت: ${list.format(parts)}.`
      },
      showThem: 'عرضها',
      hideThem: 'إخفاؤها',
      includeJunk: (count) => `إضافة ملفات النظام (${n(count)})`,
      includeVersionControl: (count) => `إضافة ملفات إدارة الإصدارات (${n(count)})`,
      rejected({ code, size = 0 }, { maxSize, maxFiles, accept }) {
        if (code === 'system-file') return 'ملف نظام'
        if (code === 'version-control') return 'إدارة الإصدارات'
        if (code === 'empty-folder') return 'مجلد فارغ: يحفظ lakeFS الملفات فقط'
        if (code === 'file-unreadable') return 'لا يُقرأ'
        if (code === 'file-too-large') return `${RTL}${f.bytes(size)} يتجاوز الحد هنا وهو ${maxSize ?? ''}`
        if (code === 'too-many-files') return `لا يُقبل هنا إلا ${maxFiles ?? ''} من الملفات`
        return `لا يُقبل هنا إلا ${ltr(accept ?? '')}`
      },
      andMore: (count) => `و${n(count)} غيرها`,

      saysStart: (count) => `يجري رفع ${files(count)}.`,
      saysQuarter: (percent) => `اكتمل ${percent}.`,
      saysEnd({ uploaded, skipped, failed, cancelled }) {
        const parts = [
          [uploaded, 'مرفوع'],
          [skipped, 'متخطى'],
          [failed, 'فشل'],
          [cancelled, 'ملغى'],
        ] as const
        const said = parts.filter(([count]) => count > 0).map(([count, word]) => `${n(count)} ${word}`)
        return `انتهى: ${said.join('، ')}.`
      },
      saysFailed: (name, sentence) => `فشل ${name}: ${sentence}`,
      saysFailedMany: (count, sentence) => `فشل ${files(count)}: ${sentence}`,
    }
  },
}

/** Returns the form of a counted noun: for one, two, three to ten, and the rest. */
function counted(count: number, text: string, one: string, two: string, few: string, many: string): string {
  if (count === 1) return one
  if (count === 2) return two
  const rest = count % 100
  return `${text} ${rest >= 3 && rest <= 10 ? few : many}`
}
