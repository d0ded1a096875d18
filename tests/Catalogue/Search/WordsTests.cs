using CsCheck;
using EServices.Catalogue.Search.Engine;

namespace EServices.Catalogue.Tests.Search;

public sealed class WordsTests
{
    private const string Hard = "aA1 -,éßİﬁ①१۱ँंन्म्पशक़ऩ़्ािيىکكةهۃھآأؤئۓأًٰٓٔـ\u200C\u200D\u200F\u00AD\uFE0F\uFFFE\uD800\uDC00\u0000😀";

    private static readonly Gen<string> Text = Gen.OneOf(Gen.String, Gen.Char[Hard].Array[0, 40].Select(characters => new string(characters)));

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

    /// <summary>Every character by itself, and after a consonant, before one, and between a nasal and one, where normalisation may see it otherwise.</summary>
    [Fact]
    public void FoldingWithoutAString_WhereItCan_FoldsTheSame()
    {
        var folded = new char[Words.LongestWord + 1];
        var plain = 0;
        for (var code = 0; code <= char.MaxValue; code++)
        {
            foreach (var text in (string[])[$"{(char)code}", $"क{(char)code}", $"{(char)code}क", $"न्{(char)code}", $"न{(char)code}त", $"ا{(char)code}B"])
            {
                if (!Words.TryFoldPlain(text, folded, out var length))
                    continue;
                plain++;
                Assert.Equal(Words.Fold(text), new string(folded, 0, length));
            }
        }
        Assert.True(plain > 1_000, $"Only {plain} texts were folded so.");
    }

    [Fact]
    public void Of_AnyText_MakesWordsOfBoundedLength() => Text.Sample(text => Words.Of(text).TrueForAll(word => word.Length is > 0 and <= 64));

    [Fact]
    public void Of_LongWord_LosesNoLetter() => Assert.Equal(new string('a', 200), string.Concat(Words.Of(new string('a', 200))));
}
