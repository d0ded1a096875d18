namespace EServices.Application.Forms;

/// <summary>
/// What citizens are told of a field that is missing or wrong, in the languages that the house speaks; another language hears English, as everywhere.
/// <c>{0}</c> is the limit that the form sets.
/// </summary>
internal static class FormWords
{
    private const string Fallback = "en";

    private static readonly Dictionary<string, Dictionary<string, string>> Sentences = new(StringComparer.Ordinal)
    {
        ["en"] = new(StringComparer.Ordinal)
        {
            ["required"] = "This field has to be filled in.",
            ["type-string"] = "A text is expected here.",
            ["type-integer"] = "A whole number is expected here.",
            ["type-number"] = "A number is expected here.",
            ["type-boolean"] = "Yes or no is expected here.",
            ["type-array"] = "A list is expected here.",
            ["type-object"] = "A group of fields is expected here.",
            ["type"] = "A value of another kind is expected here.",
            ["enum"] = "The value is none of those to choose from.",
            ["const"] = "Only one value is allowed here.",
            ["minLength"] = "At least {0} characters.",
            ["maxLength"] = "At most {0} characters.",
            ["pattern"] = "The text does not have the form that is asked for.",
            ["format-date"] = "This is no date; write it as 2026-01-31.",
            ["format-email"] = "This is no e-mail address.",
            ["format"] = "The text is not valid here.",
            ["minimum"] = "At least {0}.",
            ["maximum"] = "At most {0}.",
            ["exclusiveMinimum"] = "More than {0}.",
            ["exclusiveMaximum"] = "Less than {0}.",
            ["multipleOf"] = "A multiple of {0}.",
            ["minItems"] = "At least {0} entries.",
            ["maxItems"] = "At most {0} entries.",
            ["uniqueItems"] = "No entry may be there twice.",
            ["contains"] = "An entry of the kind that is asked for is missing.",
            ["maxContains"] = "At most {0} entries of this kind.",
            ["minProperties"] = "At least {0} fields.",
            ["maxProperties"] = "At most {0} fields.",
            ["propertyNames"] = "There may be no field of this name.",
            ["additionalProperties"] = "The form has no such field.",
            ["unevaluatedProperties"] = "The form has no such field as it is filled in now.",
            ["anyOf"] = "None of the allowed forms fits.",
            ["oneOf"] = "None of the allowed forms fits.",
            ["oneOf-many"] = "More than one of the forms fits, of which exactly one may.",
            ["not"] = "This is what may not be given.",
            ["false"] = "Nothing is allowed here.",
            ["$ref"] = "The form refers to itself without end.",
            [""] = "This is not right.",
        },
        ["hi"] = new(StringComparer.Ordinal)
        {
            ["required"] = "यह भरना ज़रूरी है।",
            ["type-string"] = "यहाँ शब्दों में लिखें।",
            ["type-integer"] = "यहाँ पूरी संख्या लिखें।",
            ["type-number"] = "यहाँ संख्या लिखें।",
            ["type-boolean"] = "यहाँ हाँ या नहीं चुनें।",
            ["type-array"] = "यहाँ सूची होनी चाहिए।",
            ["type-object"] = "यहाँ कई खाने भरने हैं।",
            ["type"] = "यहाँ दूसरी तरह की जानकारी चाहिए।",
            ["enum"] = "दिए गए विकल्पों में से चुनें।",
            ["const"] = "यहाँ केवल एक ही मान मान्य है।",
            ["minLength"] = "कम से कम {0} अक्षर लिखें।",
            ["maxLength"] = "अधिक से अधिक {0} अक्षर लिखें।",
            ["pattern"] = "जैसा माँगा गया है, वैसे लिखें।",
            ["format-date"] = "यह तिथि नहीं है; 2026-01-31 की तरह लिखें।",
            ["format-email"] = "यह ई-मेल पता नहीं है।",
            ["format"] = "यह यहाँ मान्य नहीं है।",
            ["minimum"] = "कम से कम {0}।",
            ["maximum"] = "अधिक से अधिक {0}।",
            ["exclusiveMinimum"] = "{0} से अधिक।",
            ["exclusiveMaximum"] = "{0} से कम।",
            ["multipleOf"] = "{0} का गुणज होना चाहिए।",
            ["minItems"] = "कम से कम {0} प्रविष्टियाँ।",
            ["maxItems"] = "अधिक से अधिक {0} प्रविष्टियाँ।",
            ["uniqueItems"] = "कोई प्रविष्टि दो बार न लिखें।",
            ["contains"] = "माँगी गई प्रविष्टि नहीं है।",
            ["maxContains"] = "ऐसी अधिक से अधिक {0} प्रविष्टियाँ।",
            ["minProperties"] = "कम से कम {0} खाने भरें।",
            ["maxProperties"] = "अधिक से अधिक {0} खाने भरें।",
            ["propertyNames"] = "इस नाम का कोई खाना नहीं हो सकता।",
            ["additionalProperties"] = "फ़ॉर्म में ऐसा कोई खाना नहीं है।",
            ["unevaluatedProperties"] = "अब तक भरे फ़ॉर्म में ऐसा कोई खाना नहीं है।",
            ["anyOf"] = "यह मान्य रूपों में से किसी में नहीं है।",
            ["oneOf"] = "यह मान्य रूपों में से किसी में नहीं है।",
            ["oneOf-many"] = "यह एक से अधिक रूपों में है, जबकि एक ही में होना चाहिए।",
            ["not"] = "यह यहाँ नहीं दिया जा सकता।",
            ["false"] = "यहाँ कुछ नहीं भरना है।",
            ["$ref"] = "फ़ॉर्म अंतहीन रूप से स्वयं का संदर्भ देता है।",
            [""] = "यह सही नहीं है।",
        },
        ["ur"] = new(StringComparer.Ordinal)
        {
            ["required"] = "یہ بھرنا ضروری ہے۔",
            ["type-string"] = "یہاں الفاظ میں لکھیں۔",
            ["type-integer"] = "یہاں پورا عدد لکھیں۔",
            ["type-number"] = "یہاں عدد لکھیں۔",
            ["type-boolean"] = "یہاں ہاں یا نہیں چنیں۔",
            ["type-array"] = "یہاں فہرست ہونی چاہیے۔",
            ["type-object"] = "یہاں کئی خانے بھرنے ہیں۔",
            ["type"] = "یہاں دوسری قسم کی معلومات چاہیے۔",
            ["enum"] = "دیے گئے اختیارات میں سے چنیں۔",
            ["const"] = "یہاں صرف ایک ہی قدر درست ہے۔",
            ["minLength"] = "کم از کم {0} حروف لکھیں۔",
            ["maxLength"] = "زیادہ سے زیادہ {0} حروف لکھیں۔",
            ["pattern"] = "جیسا مانگا گیا ہے ویسا لکھیں۔",
            ["format-date"] = "یہ تاریخ نہیں ہے؛ 2026-01-31 کی طرح لکھیں۔",
            ["format-email"] = "یہ ای میل پتہ نہیں ہے۔",
            ["format"] = "یہ یہاں درست نہیں ہے۔",
            ["minimum"] = "کم از کم {0}۔",
            ["maximum"] = "زیادہ سے زیادہ {0}۔",
            ["exclusiveMinimum"] = "{0} سے زیادہ۔",
            ["exclusiveMaximum"] = "{0} سے کم۔",
            ["multipleOf"] = "{0} کا مضرب ہونا چاہیے۔",
            ["minItems"] = "کم از کم {0} اندراجات۔",
            ["maxItems"] = "زیادہ سے زیادہ {0} اندراجات۔",
            ["uniqueItems"] = "کوئی اندراج دو بار نہ لکھیں۔",
            ["contains"] = "مانگا گیا اندراج نہیں ہے۔",
            ["maxContains"] = "ایسے زیادہ سے زیادہ {0} اندراجات۔",
            ["minProperties"] = "کم از کم {0} خانے بھریں۔",
            ["maxProperties"] = "زیادہ سے زیادہ {0} خانے بھریں۔",
            ["propertyNames"] = "اس نام کا کوئی خانہ نہیں ہو سکتا۔",
            ["additionalProperties"] = "فارم میں ایسا کوئی خانہ نہیں ہے۔",
            ["unevaluatedProperties"] = "اب تک بھرے فارم میں ایسا کوئی خانہ نہیں ہے۔",
            ["anyOf"] = "یہ مقررہ صورتوں میں سے کسی میں نہیں ہے۔",
            ["oneOf"] = "یہ مقررہ صورتوں میں سے کسی میں نہیں ہے۔",
            ["oneOf-many"] = "یہ ایک سے زیادہ صورتوں میں ہے، جبکہ ایک ہی میں ہونا چاہیے۔",
            ["not"] = "یہ یہاں نہیں دیا جا سکتا۔",
            ["false"] = "یہاں کچھ نہیں بھرنا ہے۔",
            ["$ref"] = "فارم بے انتہا طور پر خود اپنا حوالہ دیتا ہے۔",
            [""] = "یہ درست نہیں ہے۔",
        },
    };

    public static IReadOnlyCollection<string> Languages => Sentences.Keys;

    public static IReadOnlyDictionary<string, string> In(string language) => Sentences[language];

    /// <param name="wording">A keyword, or a nearer wording of one, such as <c>type-integer</c>; where there is none, the words of <paramref name="keyword"/> are taken.</param>
    /// <param name="title">The field's title in that language; null where it has none.</param>
    public static string Of(string language, string wording, string? title, string? limit = null, string keyword = "")
    {
        var words = Sentences.GetValueOrDefault(language) ?? Sentences[Fallback];
        var sentence = (words.GetValueOrDefault(wording) ?? words.GetValueOrDefault(keyword) ?? words[""]).Replace("{0}", limit ?? "", StringComparison.Ordinal);
        return string.IsNullOrEmpty(title) ? sentence : $"{title}: {sentence}";
    }
}
