using System.Collections.Frozen;

namespace EServices.Catalogue.Search.Engine;

/// <summary>Words that hold a sentence together, and what people say around the thing they look for. They say nothing of which service is meant.</summary>
internal static class FunctionWords
{
    private static readonly FrozenSet<string> All = (
        "a an the of for to in on at by from with and or is are be do does did can could should would i me my mine we our you your it its this that which what when where who how why s " +
        "am was will if as has have had been being there here so any some all into out up him his her she he they them their us im get got need want apply applying make made please kindly give tell about help " +
        "ka ke ki ko mein me se par aur ya hai hain ho tha thi the kya kaise kese kaha kahan kab kyu kyun kyon liye liya lie hetu wala wale wali apna apni apne mera meri mere mujhe hamara hame humko " +
        "chahiye chahie chaiye chahta chahti karna karne karen kare karein karwana karvana karvane banana banwana banvana banwane banvane banaye banaen bnwana bnana bnane lena lene dena dene dekar milega milta kis kaun raha rahi rahe hua hui hue gaya gayi gaye diya di kiya kar kare ja jana jane jaye aa aana lagana lagane lagwana " +
        "hone hona hoga hogi honge banega banegi banta wo woh ye yeh is us ab bhi hi to toh na nahi nahin mein main hum ham tum aap koi kuch sakta sakte sakti walon kholna kholne pada padi pade " +
        "का के की को में मे से पर और या है हैं हो था थी थे क्या कैसे कहां कब क्यों लिए लिये हेतु एवं तथा वाला वाले वाली अपना अपनी अपने मेरा मेरी मेरे मुझे हमारा हमें चाहिए चाहिये चाहता चाहती करना करने करें करे करवाना " +
        "कराना बनाना बनवाना बनवाने बनवाएं बनाने लेना लेने देना मिलेगा मिलता किस कौन यह वह इस उस ने तो भी ही एक रहा रही रहे हुआ हुई हुए गया गई गए गये दिया दी किया कर जा जाना आना लगाना लगाने लगवाना " +
        "होने होना होगा होगी बनेगा बनेगी बनता ये वो अब न नहीं मैं हम आप कोई कुछ सकता सकते सकती खोलना खोलने पड़ा पड़ी पड़े " +
        "کا کے کی کو میں سے پر اور و یا ہے ہیں ہو تھا تھی تھے کیا کیسے کہاں کب کیوں لیے لئے والا والے والی اپنا اپنی اپنے میرا میری میرے مجھے ہمارا ہمیں چاہیے چاہئے چاہتا چاہتی کرنا کرنے کریں کروانا کرانا بنانا بنوانا بنوانے " +
        "لینا لینے دینا ملے ملتا کس کون یہ وہ اس نے تو بھی ہی ایک رہا رہی رہے ہوا ہوئی ہوئے گیا گئی گئے دیا دی کیا کر جانا آنا لگانا لگانے لگوانا ہونے ہونا ہوگا ہوگی بنے بنتا " +
        "اب نہ نہیں ہم آپ کوئی کچھ سکتا سکتے سکتی کھولنا کھولنے پڑا پڑی پڑے")
        .Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => Words.Fold(word)).ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Spans = All.GetAlternateLookup<ReadOnlySpan<char>>();

    public static bool Has(ReadOnlySpan<char> folded) => Spans.Contains(folded);
}

/// <summary>Words that people put around any service: they tell a little, since some services are about forms and papers, but less than their rarity among names has one think.</summary>
internal static class GeneralWords
{
    private static readonly FrozenSet<string> All = (
        "application applications form forms paper papers document documents required need needed needs necessary avedan aavedan darkhwast darkhast kagaz kagazat dastavez dastavej zaruri " +
        "आवेदन अर्ज़ी फॉर्म कागज़ कागज़ात दस्तावेज़ दस्तावेज ज़रूरी درخواست فارم کاغذ کاغذات دستاویز دستاویزات ضروری")
        .Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => Words.Fold(word)).ToFrozenSet(StringComparer.Ordinal);

    public static bool Has(string folded) => All.Contains(folded);
}
