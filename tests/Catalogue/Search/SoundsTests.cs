using CsCheck;
using EServices.Catalogue.Search.Engine;

namespace EServices.Catalogue.Tests.Search;

public sealed class SoundsTests
{
    private static readonly Gen<string> Word = Gen.OneOf(
        Gen.Char['a', 'z'].Array[1, 30].Select(letters => new string(letters)),
        Gen.Char['\u0904', '\u094D'].Array[1, 30].Select(letters => new string(letters)),
        Gen.Char['\u0621', '\u06D2'].Array[1, 30].Select(letters => new string(letters)),
        Gen.String[0, 64]);

    /// <summary>A word in three scripts, and the ways in which people put it into Latin letters.</summary>
    [Theory]
    [InlineData("जाति", "jati", "jaati", "jathi")]
    [InlineData("प्रमाण", "praman", "pramaan", "پرمان")]
    [InlineData("पत्र", "patra", "patr", "pattr")]
    [InlineData("राशन", "راشن", "rashan", "raashan", "ration")]
    [InlineData("सर्टिफिकेट", "سرٹیفکیٹ", "certificate", "sartifiket", "sertifikate")]
    [InlineData("लाइसेंस", "لائسنس", "licence", "license", "laisens")]
    [InlineData("डोमिसाइल", "ڈومیسائل", "domicile", "domisile")]
    [InlineData("ड्राइविंग", "ڈرائیونگ", "driving", "draiving")]
    [InlineData("निवास", "نواس", "niwas", "nivas", "niwaas")]
    [InlineData("पेंशन", "پنشن", "pension", "penshan")]
    [InlineData("विधवा", "vidhwa", "vidhva", "widhwa")]
    [InlineData("गाड़ी", "گاڑی", "gaadi", "gadi", "gari")]
    [InlineData("ज़मीन", "زمین", "zameen", "zamin", "jameen", "jamin")]
    [InlineData("वज़ीफ़ा", "وظیفہ", "wazifa", "vajifa", "wazeefa")]
    [InlineData("खेत", "کھیت", "khet", "ket")]
    [InlineData("क़र्ज़", "قرض", "karz", "qarz", "karj")]
    [InlineData("फ़सल", "فصل", "fasal", "phasal", "fasl")]
    [InlineData("स्कूल", "اسکول", "school", "skool")]
    [InlineData("संबंध", "सम्बन्ध", "sambandh", "sanbandh")]
    [InlineData("कनेक्शन", "کنکشن", "connection", "kanekshan")]
    [InlineData("आधार", "آدھار", "aadhaar", "aadhar", "adhar")]
    [InlineData("बिजली", "بجلی", "bijli", "bijlee")]
    [InlineData("मकान", "مکان", "makan", "makaan")]
    [InlineData("विकलांग", "viklang", "viklaang", "wiklang")]
    [InlineData("ज्ञापन", "gyapan", "gyaapan")]
    [InlineData("रजिस्ट्रेशन", "رجسٹریشن", "registration")]
    [InlineData("मैरिज", "میرج", "marriage", "marrige")]
    public void OneWord_InEveryScript_SoundsAlike(params string[] spellings)
    {
        // The first is what the others spell: gaadi and gari are both गाड़ी, and meet there.
        foreach (var other in spellings)
        {
            Assert.True(Keys(spellings[0]).Intersect(Keys(other)).Any(), $"{spellings[0]} and {other} have no skeleton in common");
            Assert.True(Likeness(spellings[0], other) >= 0.78, $"{spellings[0]} and {other} are {Likeness(spellings[0], other):F2} alike");
        }
    }

    [Theory]
    [InlineData("birth", "death")]
    [InlineData("जन्म", "मृत्यु")]
    [InlineData("caste", "income")]
    [InlineData("beti", "booti")]
    [InlineData("پانی", "بجلی")]
    public void OtherWords_SoundOtherwise(string one, string other) => Assert.True(Likeness(one, other) < 0.82, $"{Likeness(one, other):F2}");

    [Fact]
    public void Likeness_IsSymmetric_AndOneForTheSame() => Gen.Select(Word, Word).Sample((one, other) =>
    {
        var (forth, back) = (Likeness(one, other), Likeness(other, one));
        return Math.Abs(forth - back) < 1e-4 && forth is >= 0 and <= 1 && (Heard(one).Sounds.Length == 0 || Likeness(one, one) == 1);
    }, iter: 20_000);

    /// <summary>A key that lost one consonant is what the index looks slips up by.</summary>
    [Fact]
    public void Skeleton_WithoutAConsonant_IsOneShorter() => Word.Sample(word => Keys(word).All(key =>
    {
        var length = Skeleton.Length(key);
        return length is > 0 and <= Skeleton.MostConsonants && Enumerable.Range(0, length).All(place => Skeleton.Length(Skeleton.Without(key, place)) == length - 1);
    }), iter: 20_000);

    [Theory]
    [InlineData("certificates", "certificate")]
    [InlineData("families", "family")]
    [InlineData("business", "business")]
    [InlineData("सैनिकों", "सैनिक")]
    [InlineData("लड़कियों", "लडकी")]
    [InlineData("عورتوں", "عورت")]
    [InlineData("زمین", "زمین")]
    public void Stem_LosesNumberAndCaseAlone(string word, string stem)
    {
        var folded = Words.Fold(word);
        Assert.Equal(stem, Stems.Of(folded, Stems.ScriptOf(folded)));
    }

    private static (byte[] Sounds, Script Script) Heard(string word)
    {
        var folded = Words.Fold(word);
        var script = Stems.ScriptOf(folded);
        Span<byte> sounds = stackalloc byte[Sounds.Most];
        return (sounds[..Sounds.Of(folded, script, sounds)].ToArray(), script);
    }

    private static ulong[] Keys(string word)
    {
        var folded = Words.Fold(word);
        var (sounds, script) = Heard(word);
        Span<ulong> keys = stackalloc ulong[Skeleton.MostKeys];
        return keys[..Skeleton.KeysOf(sounds, folded.Length, Stems.Of(folded, script), script, keys)].ToArray();
    }

    private static float Likeness(string one, string other)
    {
        var (first, second) = (Heard(one), Heard(other));
        return SoundDistance.Likeness(first.Sounds, first.Script, second.Sounds, second.Script);
    }
}
