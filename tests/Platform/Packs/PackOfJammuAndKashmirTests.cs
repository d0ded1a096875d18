using System.Diagnostics;
using EServices.Contracts;
using EServices.Platform.Packs;

namespace EServices.Platform.Tests.Packs;

public sealed class PackOfJammuAndKashmirTests
{
    private static readonly Lazy<StatePack> Loaded = new(() => StatePack.Load(PackFolders.Jk).OrThrow());

    private static StatePack Pack => Loaded.Value;

    [Fact]
    public void Pack_AsShipped_LoadsWithItsCounts()
    {
        Assert.Equal(20, Pack.Geography.Districts.Count);
        Assert.Equal(202, Pack.Geography.Tehsils.Count);
        Assert.Equal(287, Pack.Geography.Blocks.Count);
        Assert.Equal("1447", Pack.About.Helpline.Number);
        Assert.Equal(["en", "hi", "ur"], Pack.About.Languages.Select(language => language.Tag));
        Assert.True(Pack.Services.Count >= 40);
        Assert.True(Pack.Operators.Count >= 60);
        Assert.Equal([2025, 2026, 2027], Pack.Calendar.Years.Select(year => year.Year));
    }

    [Theory]
    [InlineData("domicile-certificate", 15)]
    [InlineData("character-certificate", 20)]
    [InlineData("ews-certificate", 45)]
    [InlineData("legal-heir-certificate", 15)]
    [InlineData("marriage-certificate", 30)]
    [InlineData("land-use-change", 30)]
    [InlineData("advertisement-signage", 15)]
    public void TimeLimit_Notified_IsCited(string service, int days)
    {
        Assert.Equal(days, Pack.Services[service].TimeLimitDays);
        Assert.Equal(Basis.Cited, Pack.Sources[Pack.Services[service].Sources.TimeLimit].Basis);
    }

    [Fact]
    public void TimeLimit_AnyOther_IsMarkedAssumed() =>
        Assert.Equal(7, Pack.Services.Count(service => Pack.Sources[service.Sources.TimeLimit].Basis == Basis.Cited));

    [Theory]
    [InlineData("domicile-certificate")]
    [InlineData("income-certificate")]
    [InlineData("character-certificate")]
    [InlineData("caste-certificate")]
    [InlineData("legal-heir-certificate")]
    [InlineData("marriage-certificate")]
    [InlineData("birth-certificate")]
    [InlineData("death-certificate")]
    [InlineData("old-age-pension")]
    [InlineData("ration-card-new")]
    [InlineData("driving-licence-renewal")]
    public void Service_OfTheDoorstep_CanBeServedInEveryDistrict(string id)
    {
        var service = Pack.Services[id];
        Assert.True(service.Offers(Channel.Doorstep));
        foreach (var district in Pack.Geography.Districts)
            Assert.Contains(Pack.Operators, person => person.Districts.Contains(district.Code) && service.Doorstep!.Skills.All(person.Skills.Contains));
    }

    [Fact]
    public void Roads_OfTheMountains_AreLongerAndSlower()
    {
        var (kishtwar, samba) = (Pack.Geography.Districts["620"].Roads, Pack.Geography.Districts["624"].Roads);

        Assert.Equal((Relief.Mountains, Relief.Plain), (kishtwar.Relief, samba.Relief));
        Assert.True(kishtwar.Detour > samba.Detour && kishtwar.KmPerHour < samba.KmPerHour);
    }

    [Fact]
    public void Operators_EveryDistrict_HasTwoAtHome()
    {
        foreach (var district in Pack.Geography.Districts)
            Assert.True(Pack.Operators.Count(person => Pack.Geography.Tehsils[person.HomeTehsil].DistrictCode == district.Code) >= 2, district.Code);
    }

    [Fact]
    public void Staff_EveryRoleButOperator_HasAnAccount() =>
        Assert.Equal(StaffRoles.All.Except(["operator"]), StaffRoles.All.Where(role => Pack.Staff.Any(person => person.Roles.Contains(role))));

    [Fact]
    public void Staff_OfTheDomicileCertificate_AnswersForEveryTehsil()
    {
        var officers = Pack.Services["domicile-certificate"].Officers;
        foreach (var tehsil in Pack.Geography.Tehsils)
        {
            var place = new Territory(Level.Tehsil, tehsil.Code);
            foreach (var designation in new[] { officers.Designated, officers.FirstAppellate, officers.SecondAppellate })
                Assert.Contains(Pack.Staff, person => person.Designation == designation && Pack.Geography.Covers(person.Territory, place));
        }
    }

    [Fact]
    public void Geography_NoTwoTehsilsCoincide_AndEachLiesNearItsDistrict()
    {
        Assert.Equal(202, Pack.Geography.Tehsils.Select(tehsil => (tehsil.Latitude, tehsil.Longitude)).Distinct().Count());
        foreach (var tehsil in Pack.Geography.Tehsils)
        {
            var centre = Pack.Geography.Districts[tehsil.DistrictCode];
            var kilometres = Math.Sqrt(Math.Pow((tehsil.Latitude - centre.Latitude) * 111, 2) + Math.Pow((tehsil.Longitude - centre.Longitude) * 92, 2));
            Assert.True(kilometres < 80, $"{tehsil.Name} is {kilometres:F0} km from {centre.Name.In("en")}.");
        }
    }

    [Fact]
    public void Fees_EveryService_CostsSomethingKnownToday()
    {
        foreach (var service in Pack.Services)
            foreach (var channel in service.Channels)
                Assert.InRange(Pack.Fees.Rules[service.FeeRule].On(new(2026, 11, 23))!.TotalPaise(channel), 0, 1_000_000);
        Assert.Equal(6500, Pack.Fees.Rules["certificate"].On(new(2026, 11, 23))!.TotalPaise(Channel.Doorstep));
    }

    [Fact]
    public void Forms_Every_IsUsedAndClosed()
    {
        foreach (var form in Pack.Forms)
        {
            Assert.Contains(Pack.Services, service => service.Form == form.Id);
            Assert.False(form.Schema.GetProperty("unevaluatedProperties").GetBoolean());
            Assert.DoesNotContain("_common.json", form.Json, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Form_OfTheDomicileCertificate_AsksWhatFollowsFromEachGround()
    {
        var schema = Pack.Forms["domicile"].Schema;
        var grounds = schema.GetProperty("properties").GetProperty("basis").GetProperty("enum").EnumerateArray().Select(ground => ground.GetString()).ToList();
        var handled = schema.GetProperty("allOf").EnumerateArray()
            .Select(rule => rule.GetProperty("if").GetProperty("properties").GetProperty("basis"))
            .SelectMany(basis => basis.TryGetProperty("const", out var one) ? [one] : basis.GetProperty("enum").EnumerateArray().ToArray())
            .Select(ground => ground.GetString());

        Assert.Equal(grounds.Order(StringComparer.Ordinal), handled.Order(StringComparer.Ordinal));
        Assert.All(schema.GetProperty("allOf").EnumerateArray(), rule => Assert.NotEqual(0, rule.GetProperty("then").GetProperty("required").GetArrayLength()));
    }

    [Fact]
    public void Load_Warm_TakesLessThanASecond()
    {
        _ = Pack;

        // A busy machine slows any single load; a loader that is slow itself never gets below.
        var fastest = long.MaxValue;
        for (var tries = 0; tries < 20 && fastest >= 1000; tries++)
        {
            var watch = Stopwatch.StartNew();
            StatePack.Load(PackFolders.Jk).OrThrow();
            fastest = Math.Min(fastest, watch.ElapsedMilliseconds);
        }

        Assert.True(fastest < 1000, $"{fastest} ms");
    }
}
