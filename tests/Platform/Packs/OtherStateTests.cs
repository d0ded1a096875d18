using EServices.Contracts;
using EServices.Platform.Packs;

namespace EServices.Platform.Tests.Packs;

/// <summary>The format carries a state that is nothing like the first one.</summary>
public sealed class OtherStateTests : IDisposable
{
    private readonly TinyPack files = new();
    private readonly StatePack pack;

    public OtherStateTests() => pack = StatePack.Load(files.Folder).OrThrow();

    public void Dispose() => files.Dispose();

    [Fact]
    public void Words_HaveTheStatesOwnLanguages()
    {
        Assert.Equal("Taluka", pack.Geography.Levels[Level.Tehsil].In("en"));
        Assert.Equal("तालुका", pack.Geography.Levels[Level.Tehsil].In("mr"));
        Assert.Equal("South, Hills", pack.Geography.Districts["552"].Name.In("en"));
    }

    [Theory]
    [InlineData("403001", "551", PincodeMatch.Known)]
    [InlineData("403001", "552", PincodeMatch.Plausible)]
    [InlineData("403999", "552", PincodeMatch.Plausible)]
    [InlineData("190001", "551", PincodeMatch.No)]
    [InlineData("4030", "551", PincodeMatch.No)]
    [InlineData("40300a", "551", PincodeMatch.No)]
    public void Pincode_IsMatchedToTheDistrict(string pincode, string district, PincodeMatch match) =>
        Assert.Equal(match, pack.Geography.Match(pincode, district));

    [Fact]
    public void DistrictsOf_ListedPincode_KnowsBetterThanItsRange()
    {
        Assert.Equal(["552"], pack.Geography.DistrictsOf("403601").Select(district => district.Code));
        Assert.Equal(["551", "552"], pack.Geography.DistrictsOf("403999").Select(district => district.Code));
        Assert.Empty(pack.Geography.DistrictsOf("110001"));
    }

    [Fact]
    public void Roads_AreTheDistricts() => Assert.Equal(new Roads(Relief.Mountains, 1.9, 18), pack.Geography.Districts["552"].Roads);

    [Fact]
    public void Roads_OfAPackThatSaysNothingOfThem_AreTheUsual()
    {
        files.Delete("geography/roads.csv");

        Assert.All(StatePack.Load(files.Folder).OrThrow().Geography.Districts, district => Assert.Equal(Roads.Usual, district.Roads));
    }

    [Theory]
    [InlineData("state", "tehsil:2", true)]
    [InlineData("district:552", "tehsil:2", true)]
    [InlineData("district:551", "tehsil:2", false)]
    [InlineData("district:551", "block:1", true)]
    [InlineData("tehsil:1", "block:1", false)]
    [InlineData("tehsil:2", "tehsil:2", true)]
    [InlineData("tehsil:2", "district:552", false)]
    public void Territory_CoversWhatLiesInIt(string outer, string inner, bool covers)
    {
        Assert.True(Territory.TryParse(outer, out var around));
        Assert.True(Territory.TryParse(inner, out var within));
        Assert.Equal(covers, pack.Geography.Covers(around, within));
        Assert.Equal(inner, within.ToString());
    }

    [Theory]
    [InlineData("2026-11-14", true)]
    [InlineData("2026-11-28", true)]
    [InlineData("2026-11-21", false)]
    [InlineData("2026-11-15", true)]
    [InlineData("2026-11-16", false)]
    public void WeeklyOff_SecondAndFourthSaturdaysAndSundays(string date, bool off) =>
        Assert.Equal(off, pack.Calendar.WeeklyOffOn(DateOnly.Parse(date, System.Globalization.CultureInfo.InvariantCulture)) is not null);

    [Fact]
    public void Calendar_KnowsItsYearsAndDays()
    {
        Assert.True(pack.Calendar.Covers(2026));
        Assert.False(pack.Calendar.Covers(2027));
        Assert.Equal("Republic Day", pack.Calendar.On(new(2026, 1, 26))?.Name.In("en"));
        Assert.Null(pack.Calendar.On(new(2026, 1, 27)));
    }

    [Fact]
    public void Fee_FollowsDateAndChannel()
    {
        var rule = pack.Fees.Rules["berth"];

        Assert.Null(rule.On(new(2023, 12, 31)));
        Assert.Equal(1000, rule.On(new(2024, 12, 31))!.TotalPaise(Channel.Doorstep));
        Assert.Equal(3700, rule.On(new(2025, 1, 1))!.TotalPaise(Channel.Doorstep));
        Assert.Equal(1200, rule.On(new(2030, 1, 1))!.TotalPaise(Channel.Online));
    }

    [Fact]
    public void Form_IsSelfContained()
    {
        var schema = pack.Forms["berth"].Schema;

        Assert.Equal("#/$defs/boat", schema.GetProperty("properties").GetProperty("boat").GetProperty("$ref").GetString());
        Assert.Equal("#/$defs/digits", schema.GetProperty("$defs").GetProperty("boat").GetProperty("properties").GetProperty("length").GetProperty("$ref").GetString());
        Assert.Equal("^[0-9]+$", schema.GetProperty("$defs").GetProperty("digits").GetProperty("pattern").GetString());
        Assert.DoesNotContain("_common", pack.Forms["berth"].Json, StringComparison.Ordinal);
    }

    [Fact]
    public void Date_IsTheStatesNotUtcs() =>
        Assert.Equal(new DateOnly(2026, 1, 1), pack.About.DateAt(new DateTimeOffset(2025, 12, 31, 19, 0, 0, TimeSpan.Zero)));

    [Fact]
    public void Message_FillsWhatItNames()
    {
        var template = pack.Messages.Find("otp-visit", "mr")!;

        Assert.Equal("₹37? then 123456", template.Fill(new Dictionary<string, string> { ["total"] = "₹37", ["code"] = "123456" }));
        Assert.Throws<ArgumentException>(() => template.Fill(new Dictionary<string, string> { ["total"] = "₹37" }));
        Assert.Equal("en", pack.Messages.Find("otp-visit", "fr")!.Language);
        Assert.Null(pack.Messages.Find("no-such-key", "en"));
    }
}
