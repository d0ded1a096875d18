using System.Text;
using CsCheck;
using EServices.Catalogue.Search.Engine;

namespace EServices.Catalogue.Tests.Search;

public sealed class SearchIndexTests
{
    private const string Hard = "aAzé 0१۱ßİﬁ①ँंन्म्पशक़ऩ़्ािيىکكةهۃھآأؤئۓأًٰٓٔـ\u200C\u200D\u200F\u202E\u00AD\uFE0F\uFFFE\uD800\uDC00\u0000😀(+*[^$\\.|?<>&\"'";

    private static readonly string[] Said = ["caste", "certificate", "प्रमाण", "पत्र", "ذات", "ki", "licnese", "रासन", "xq"];

    private static readonly Gen<string> Text = Gen.OneOf(
        Gen.String, Gen.Char[Hard].Array[0, 200].Select(characters => new string(characters)),
        Gen.Int[0, Said.Length - 1].Array[0, 40].Select(words => string.Join(' ', words.Select(word => Said[word]))));

    /// <summary>One need, said in four scripts and spellings.</summary>
    [Theory]
    [InlineData("caste-certificate", "जाति प्रमाण पत्र", "जातिप्रमाणपत्र", "jaati praman patr", "jati pramaan patra", "jathi certificate", "ذات سرٹیفکیٹ", "zaat certificate", "ذات کی سند", "CASTE CERTIFICATE SC ST", "जाति का सर्टिफिकेट")]
    [InlineData("domicile-certificate", "domicile certificate", "mool niwas praman patra", "मूल निवास प्रमाण पत्र", "ڈومیسائل سرٹیفکیٹ", "डोमिसाइल सर्टिफिकेट", "domisile certificat")]
    [InlineData("income-certificate", "income certificate", "aay praman patr", "आय प्रमाणपत्र", "آمدنی سرٹیفکیٹ", "aamdani certificate", "इनकम सर्टिफिकेट", "انکم سرٹیفکیٹ")]
    [InlineData("birth-certificate", "birth certificate", "janam praman patra", "जन्म प्रमाण पत्र", "paidaish certificate", "बर्थ सर्टिफिकेट", "برتھ سرٹیفکیٹ")]
    [InlineData("widow-pension", "widow pension", "vidhwa penshan", "विधवा पेन्शन", "بیوہ پنشن", "bewa pension")]
    [InlineData("driving-licence-renewal", "driving licence renewal", "renew driving license", "ड्राइविंग लाइसेंस रिन्यू", "ڈرائیونگ لائسنس کی تجدید", "draiving laisens renewal")]
    [InlineData("ration-card-new", "new ration card", "naya rashan card", "नया राशन कार्ड", "نیا راشن کارڈ", "rationcard")]
    [InlineData("fir-copy", "fir copy", "fir ki naqal", "एफआईआर की प्रति", "ایف آئی آر کی نقل")]
    [InlineData("tree-felling-permission", "permission to cut trees", "ped katne ki anumati", "पेड़ काटने की अनुमति", "درخت کاٹنے کی اجازت")]
    public void OneNeed_HoweverItIsSaid_FindsTheOneService(string service, params string[] said) =>
        Assert.All(said, text => Assert.Equal(service, PackIndex.Ids(text)[0]));

    [Theory]
    [InlineData("domicle certificate", "domicile-certificate")]
    [InlineData("domciile", "domicile-certificate")]
    [InlineData("incme certifcate", "income-certificate")]
    [InlineData("drivng lisence renwal", "driving-licence-renewal")]
    [InlineData("विवह प्रमाण पत्र", "marriage-certificate")]
    [InlineData("راشن کاڈ نیا", "ration-card-new")]
    public void SlipsOfTheFinger_AreForgiven(string said, string service) => Assert.Equal(service, PackIndex.Ids(said)[0]);

    [Theory]
    [InlineData("domi")]
    [InlineData("domicile cert")]
    [InlineData("डोमि")]
    [InlineData("ڈومی")]
    public void WhatIsBeingTyped_IsCompleted(string typed) => Assert.Contains("domicile-certificate", PackIndex.Ids(typed, 5));

    [Theory]
    [InlineData("domicle certificate", "domicile certificate")]
    [InlineData("  Domicle, certificate", "domicile, certificate")]
    [InlineData("domicile certificate", null)]
    [InlineData("राशन कार्ड", null)]
    [InlineData("xqzxqzxqz", null)]
    public void DidYouMean_IsSaidOfSlipsAlone(string said, string? meant) => Assert.Equal(meant, PackIndex.Index.Find(new SearchQuery(said)).DidYouMean);

    [Fact]
    public void NameOfAFamily_FindsThePlainService_BeforeItsVariants()
    {
        Assert.Equal("caste-certificate", PackIndex.Ids("caste certificate sc")[0]);
        Assert.Equal("artisan-credit-card", PackIndex.Ids("artisan credit card")[0]);
        Assert.Equal("drug-retail-licence", PackIndex.Ids("licence of a medicine shop")[0]);
        Assert.Equal("drug-retail-licence-renewal", PackIndex.Ids("renew licence of a medicine shop")[0]);
    }

    [Fact]
    public void Variant_ThatIsNotAskedFor_ComesAfterItsService_ThoughItsNameIsNearer()
    {
        var index = SearchIndex.Build([Named("craft", "Craft, weaver and potter card"), Named("craft-again", "Craft card again")], []);

        Assert.Equal(["craft", "craft-again"], index.Find(new SearchQuery("craft card")).Hits.Select(hit => hit.Id));
        Assert.Equal(["craft-again", "craft"], index.Find(new SearchQuery("craft card again")).Hits.Select(hit => hit.Id));
    }

    [Fact]
    public void Facets_CountWhatWasFound_AndWhatAnotherChoiceWouldGive()
    {
        var all = PackIndex.Index.Find(new SearchQuery("certificate", int.MaxValue, WithFacets: true));
        var revenue = PackIndex.Index.Find(new SearchQuery("certificate", int.MaxValue, Department: "revenue", WithFacets: true));
        var byId = PackIndex.Services.ToDictionary(service => service.Id);

        Assert.Equal(all.Total, all.Hits.Count);
        Assert.Equal(all.Total, all.Facets!.Departments.Sum(department => department.Count));
        Assert.Equal(all.Total, all.Facets.Fees.Sum(fee => fee.Count));
        Assert.Equal(all.Total, all.Facets.Days.Sum(days => days.Count));
        Assert.Equal(all.Hits.Count(hit => byId[hit.Id].FeePaise == 0), all.Facets.Fees.Single(fee => fee.To == 0).Count);
        Assert.Equal(all.Hits.Count(hit => byId[hit.Id].Channels.Contains("doorstep")), all.Facets.Channels.Single(channel => channel.Id == "doorstep").Count);
        Assert.Equal(all.Facets.Departments.Single(department => department.Id == "revenue").Count, revenue.Total);
        Assert.All(revenue.Hits, hit => Assert.Equal("revenue", byId[hit.Id].DepartmentId));
        Assert.Equal(all.Facets.Departments, revenue.Facets!.Departments);
        Assert.Equal(revenue.Total, revenue.Facets.Fees.Sum(fee => fee.Count));
    }

    [Fact]
    public void Filters_ThatNothingPasses_FindNothing()
    {
        Assert.Equal(0, PackIndex.Index.Find(new SearchQuery("certificate", Department: "no-such")).Total);
        Assert.Equal(0, PackIndex.Index.Find(new SearchQuery("certificate", Channel: "post")).Total);
    }

    [Theory]
    [InlineData("caste certificate", "en", "Caste", "certificate")]
    [InlineData("jaati praman patr", "hi", "जाति", "प्रमाण", "पत्र")]
    [InlineData("जाति प्रमाण पत्र", "ur", "ذات", "سرٹیفکیٹ")]
    public void Marks_StandWhereTheNameMatched(string said, string language, params string[] marked)
    {
        var hit = PackIndex.Index.Find(new SearchQuery(said, Language: language, WithMarks: true)).Hits.Single(hit => hit.Id == "caste-certificate");
        var name = PackIndex.Services.Single(service => service.Id == hit.Id).Names[language];

        var texts = hit.NameMarks!.Select(mark => name.Substring(mark.Start, mark.Length)).ToList();
        Assert.All(marked, word => Assert.Contains(word, texts));
    }

    [Fact]
    public void Marks_LieWithinTheText_InOrder_WhateverWasTyped() => Text.Sample(text =>
    {
        var answer = PackIndex.Index.Find(new SearchQuery(text, 3, Language: "hi", WithMarks: true));
        return answer.Hits.All(hit => Fits(hit.NameMarks!, Service(hit.Id).Names["hi"]) && Fits(hit.DescriptionMarks!, Service(hit.Id).Descriptions["hi"]));
    }, iter: 300);

    [Fact]
    public void AnyText_IsAnswered_TheSameEveryTime() => Text.Sample(text =>
    {
        var (one, other) = (PackIndex.Index.Find(new SearchQuery(text, 50)), PackIndex.Index.Find(new SearchQuery(text, 50)));
        return one.Hits.SequenceEqual(other.Hits) && one.Total == other.Total && one.DidYouMean == other.DidYouMean
            && one.Hits.Zip(one.Hits.Skip(1)).All(pair => pair.First.Score >= pair.Second.Score) && one.Hits.Select(hit => hit.Id).Distinct().Count() == one.Hits.Count;
    }, iter: 500);

    [Fact]
    public void Answer_DoesNotDependOnTheOrderOfTheServices()
    {
        var shuffled = SearchIndex.Build([.. PackIndex.Services.Reverse()], PackIndex.Concepts);
        foreach (var said in new[] { "caste certificate", "pension", "लाइसेंस", "ration kard nam", "pani" })
            Assert.Equal(PackIndex.Index.Find(new SearchQuery(said, 200)).Hits, shuffled.Find(new SearchQuery(said, 200)).Hits);
    }

    [Fact]
    public void Answer_DoesNotDependOnInHowManyPartsTheServicesWereRead()
    {
        var inThree = SearchIndex.Build(PackIndex.Services, PackIndex.Concepts, 3);

        Assert.Equal(PackIndex.Index.WordCount, inThree.WordCount);
        foreach (var said in (string[])["caste certificate", "domicle", "पेंशन", "راشن کارڈ", "driving licence renewal", "pani ka bil", "ce", "bijli"])
        {
            var query = new SearchQuery(said, 100, WithFacets: true, WithMarks: true);
            Assert.Equivalent(PackIndex.Index.Find(query), inThree.Find(query), strict: true);
        }
    }

    [Fact]
    public void Pages_AreTheWholeAnswer_PieceByPiece()
    {
        var whole = PackIndex.Index.Find(new SearchQuery("registration of a shop", 400)).Hits.Select(hit => hit.Id).ToList();
        var pieces = Enumerable.Range(0, 50).SelectMany(page => PackIndex.Index.Find(new SearchQuery("registration of a shop", 8) { Skip = page * 8 }).Hits).Select(hit => hit.Id).ToList();

        Assert.True(whole.Count > 200, $"{whole.Count}");
        Assert.Equal(whole, pieces.Take(whole.Count));
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("…!?-_.,()")]
    [InlineData("😀😀")]
    [InlineData("\u200F\u202E\u0000\u001F")]
    [InlineData("xqzxqzxqz")]
    public void NothingThatAnythingIsCalled_FindsNothing(string said) => Assert.Equal(0, PackIndex.Index.Find(new SearchQuery(said)).Total);

    /// <summary>
    /// What it costs is counted in bytes allocated, which, unlike time, no busy machine changes: a query of 10,000 characters may cost a few times what one of sixteen words costs,
    /// and no more than that of 1,000.
    /// </summary>
    [Fact]
    public void Work_IsBounded_ForTheWorstOfQueries()
    {
        string[] worst =
        [
            string.Concat(Enumerable.Repeat("ce ", 3_333)), new string('a', 10_000), string.Concat(Enumerable.Repeat("प्र ", 2_500)), new string('\uFDFA', 10_000),
            new StringBuilder().Insert(0, "न्", 5_000).ToString(), new string('\u0301', 10_000), string.Concat(Enumerable.Repeat("(a+)+$ ", 1_400)), new string('\uD800', 10_000),
            string.Join(' ', Enumerable.Range(0, 1_600).Select(number => "w" + number)), string.Concat(Enumerable.Repeat("certificate registration licence ", 300)),
        ];
        foreach (var query in worst)
        {
            _ = PackIndex.Index.Find(new SearchQuery(query));
            var (most, short_) = (Allocated(query), Allocated(query[..1_000]));
            Assert.True(most < Math.Max(400_000, 8 * short_), $"{most} bytes for 10,000 characters of {query[..8]}, {short_} for 1,000");
        }
    }

    [Fact]
    public void ConcurrentQueries_DontDisturbOneAnother()
    {
        string[] said = ["caste certificate", "domicle", "पेंशन", "راشن کارڈ", "driving licence renewal", "pani ka bill"];
        var expected = said.Select(text => PackIndex.Ids(text)).ToArray();

        Parallel.For(0, 600, turn => Assert.Equal(expected[turn % said.Length], PackIndex.Ids(said[turn % said.Length])));
    }

    private static long Allocated(string query)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        _ = PackIndex.Index.Find(new SearchQuery(query));
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static SearchableService Named(string id, string name) => Service("domicile-certificate") with
    {
        Id = id,
        Names = new Dictionary<string, string> { ["en"] = name },
        Descriptions = new Dictionary<string, string>(),
        Tags = [],
    };

    private static SearchableService Service(string id) => Array.Find(PackIndex.Services, service => service.Id == id)!;

    private static bool Fits(IReadOnlyList<Mark> marks, string text)
    {
        var from = 0;
        foreach (var mark in marks)
        {
            if (mark.Start < from || mark.Length <= 0 || mark.Start + mark.Length > text.Length)
                return false;
            from = mark.Start + mark.Length;
        }
        return true;
    }
}
