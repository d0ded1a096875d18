using System.Collections.Frozen;

namespace EServices.Catalogue.Search.Engine;

/// <summary>Words that hold a sentence together, and what people say around the thing they look for. They say nothing of which service is meant.</summary>
internal static class FunctionWords
{
    private static readonly FrozenSet<string> All = (
        "a an the of for to in on at by from with and or is are be do does did can could should would i me my mine we our you your it its this that which what when where who how why s " +
        "am was will if as get got need want apply applying make made please kindly give tell about help " +
        "ka ke ki ko mein me se par aur ya hai hain ho tha thi the kya kaise kese kaha kahan kab kyu kyun kyon liye liya lie hetu wala wale wali apna apni apne mera meri mere mujhe hamara hame humko " +
        "chahiye chahie chaiye chahta chahti karna karne karen kare karein karwana karvana karvane banana banwana banvana banwane banvane banaye banaen bnwana bnana bnane lena lene dena milega milta kis kaun " +
        "का के की को में मे से पर और या है हैं हो था थी थे क्या कैसे कहां कब क्यों लिए लिये हेतु एवं तथा वाला वाले वाली अपना अपनी अपने मेरा मेरी मेरे मुझे हमारा हमें चाहिए चाहिये चाहता चाहती करना करने करें करे करवाना " +
        "कराना बनाना बनवाना बनवाने बनवाएं बनाने लेना लेने देना मिलेगा मिलता किस कौन यह वह इस उस ने तो भी ही एक " +
        "کا کے کی کو میں سے پر اور و یا ہے ہیں ہو تھا تھی تھے کیا کیسے کہاں کب کیوں لیے لئے والا والے والی اپنا اپنی اپنے میرا میری میرے مجھے ہمارا ہمیں چاہیے چاہئے چاہتا چاہتی کرنا کرنے کریں کروانا کرانا بنانا بنوانا بنوانے " +
        "لینا لینے دینا ملے ملتا کس کون یہ وہ اس نے تو بھی ہی ایک")
        .Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => Words.Fold(word)).ToFrozenSet(StringComparer.Ordinal);

    public static bool Has(string folded) => All.Contains(folded);
}
