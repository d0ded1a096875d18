using CsCheck;
using EServices.Catalogue.Search;

namespace EServices.Catalogue.Tests.Search;

public sealed class WordsTests
{
    private const string Hard = "aA1 -,éßİﬁ①१۱ँंन्म्पशक़ऩ़्ािيىکكةهۃھآأؤئۓأًٰٓٔـ\u200C\u200D\u200F\u00AD\uFE0F\uFFFE\uD800\uDC00\u0000😀";

    private static readonly Gen<string> Text = Gen.OneOf(Gen.String, Gen.Char[Hard].Array[0, 40].Select(characters => new string(characters)));

    private static readonly Gen<string> Short = Gen.Char["abc"].Array[0, 6].Select(characters => new string(characters));

    [Theory]
    [InlineData("Domicile-Certificate (PRC)", "domicile certificate prc")]
    [InlineData("क़र्ज़ ऩ", "कर्ज न")]
    [InlineData("पेन्शन", "पेंशन")]
    [InlineData("सम्बन्ध", "संबंध")]
    [InlineData("जन्म कन्या", "जन्म कन्या")]
    [InlineData("गाँव", "गांव")]
    [InlineData("كشمير", "کشمیر")]
    [InlineData("آمدنی", "امدنی")]
    [InlineData("رہائش", "رہایش")]
    [InlineData("سَرٹیفکیٹ", "سرٹیفکیٹ")]
    [InlineData("\u200Fسرٹیف\u200Fکیٹ\u200C", "سرٹیفکیٹ")]
    [InlineData("ﻻ", "لا")]
    [InlineData("१२ ۱۲ １２", "12 12 12")]
    [InlineData("café ＡＢＣ ﬁre", "cafe abc fire")]
    [InlineData("a\u0000b\u0007c", "a b c")]
    [InlineData("✔️ 😀 … !?", "")]
    [InlineData("a\uD800b\uFFFEc", "a b c")]
    public void Of_FoldsWhatIsTypedInSeveralWays(string text, string words) => Assert.Equal(words, string.Join(' ', Words.Of(text)));

    [Fact]
    public void Of_WhatItMade_ChangesNothing() => Text.Sample(text =>
    {
        var words = Words.Of(text);
        return Words.Of(string.Join(' ', words)).SequenceEqual(words);
    }, iter: 20_000);

    [Fact]
    public void Of_AnyText_MakesWordsOfBoundedLength() => Text.Sample(text => Words.Of(text).TrueForAll(word => word.Length is > 0 and <= 64));

    [Fact]
    public void Of_LongWord_LosesNoLetter() => Assert.Equal(new string('a', 200), string.Concat(Words.Of(new string('a', 200))));

    [Fact]
    public void OneSlipApart_IsSymmetric() =>
        Gen.Select(Short, Short).Sample((one, other) => Words.OneSlipApart(one, other) == Words.OneSlipApart(other, one), iter: 20_000);

    /// <summary>Against all words that one slip can make.</summary>
    [Fact]
    public void OneSlipApart_IsExactlyOneSlip() => Gen.Select(Short, Short).Sample(
        (one, other) => Words.OneSlipApart(one, other) == (one != other && Slips(one).Contains(other)), iter: 20_000);

    [Fact]
    public void OneSlipApart_TheSameWord_IsNoSlip() => Assert.False(Words.OneSlipApart("income", "income"));

    private static HashSet<string> Slips(string word)
    {
        var made = new HashSet<string>();
        for (var at = 0; at <= word.Length; at++)
        {
            var (before, after) = (word[..at], word[at..]);
            foreach (var letter in "abc")
            {
                made.Add(before + letter + after);
                if (after.Length > 0)
                    made.Add(before + letter + after[1..]);
            }
            if (after.Length > 0)
                made.Add(before + after[1..]);
            if (after.Length > 1)
                made.Add(before + after[1] + after[0] + after[2..]);
        }
        return made;
    }
}
