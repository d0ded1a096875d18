using System.Text.RegularExpressions;
using EServices.Platform.Packs;

namespace EServices.Platform.Tests.Packs;

/// <summary>What must be true of the services of this pack, however they are written down.</summary>
public sealed partial class ServicesOfJammuAndKashmirTests
{
    private static readonly Lazy<StatePack> Loaded = new(() => StatePack.Load(PackFolders.Jk).OrThrow());

    private static StatePack Pack => Loaded.Value;

    [Fact]
    public void Services_Launched1065_AndTenReadyInOneBatch()
    {
        Assert.Equal(1065, Pack.Services.Count(service => service.Status == ServiceStatus.Launched));
        var ready = Pack.Services.Where(service => service.Status == ServiceStatus.Ready).ToList();
        Assert.Equal(10, ready.Count);
        Assert.Single(ready.Select(service => service.Batch).Distinct());
        Assert.True(ready.Select(service => service.Department).Distinct().Count() >= 8, "The ten are of several departments.");
    }

    [Fact]
    public void Departments_Every_OffersSomething() =>
        Assert.Empty(Pack.Departments.Select(department => department.Id).Except(Pack.Services.Select(service => service.Department)));

    [Fact]
    public void Ids_AreReadableSlugs_OfTheirKind()
    {
        Assert.Equal(Pack.Services.Count, Pack.Services.Select(service => service.Id).Distinct().Count());
        Assert.All(Pack.Services, service => Assert.Matches("^[a-z][a-z0-9]*(-[a-z0-9]+)*$", service.Id));
        Assert.All(Pack.Services, service => Assert.InRange(service.Id.Length, 5, 60));
    }

    [Theory]
    [InlineData("domicile-certificate")]
    [InlineData("caste-certificate")]
    [InlineData("land-mutation")]
    [InlineData("ration-card-new")]
    [InlineData("learner-licence")]
    [InlineData("electricity-connection")]
    [InlineData("old-age-pension")]
    [InlineData("tree-felling-permission")]
    public void Ids_OfTheFirstServices_HaveNotChanged(string id) => Assert.True(Pack.Services.Has(id));

    [Fact]
    public void Texts_AreInTheScriptOfTheirLanguage()
    {
        foreach (var service in Pack.Services)
        {
            foreach (var text in new[] { service.Name, service.Description, service.WhoMayApply, service.Output.Name })
            {
                Assert.True(Latin().IsMatch(text.In("en")) && !Devanagari().IsMatch(text.In("en")) && !Arabic().IsMatch(text.In("en")), $"{service.Id}: {text.In("en")}");
                Assert.True(Devanagari().IsMatch(text.In("hi")) && !Arabic().IsMatch(text.In("hi")) && !Latin().IsMatch(text.In("hi")), $"{service.Id}: {text.In("hi")}");
                Assert.True(Arabic().IsMatch(text.In("ur")) && !Devanagari().IsMatch(text.In("ur")) && !Latin().IsMatch(text.In("ur")), $"{service.Id}: {text.In("ur")}");
            }
        }
    }

    [Fact]
    public void Texts_HoldNoPlaceholder_AndNoSeams()
    {
        foreach (var service in Pack.Services)
        {
            foreach (var language in Pack.About.Languages.Select(language => language.Tag))
            {
                foreach (var text in new[] { service.Name.In(language), service.Description.In(language) })
                {
                    Assert.DoesNotMatch(Placeholder(), text);
                    Assert.DoesNotContain("  ", text, StringComparison.Ordinal);
                    Assert.Equal(text.Trim(), text);
                }

                Assert.InRange(service.Name.In(language).Length, 3, 120);
                Assert.InRange(service.Description.In(language).Length, 6, 300);
                Assert.NotEqual(service.Name.In(language), service.Description.In(language));
            }

            Assert.False(char.IsLower(service.Name.In("en")[0]), service.Name.In("en"));
        }
    }

    [Fact]
    public void HindiGenitive_BeforeAPostposition_IsOblique()
    {
        // "… का लाइसेंस का नवीकरण" is wrong; it is "… के लाइसेंस का नवीकरण". So too کا in Urdu.
        foreach (var service in Pack.Services.Where(service => service.Id.EndsWith("-renewal", StringComparison.Ordinal)))
        {
            Assert.DoesNotMatch(" का .* (का|की) नवीकरण$", service.Name.In("hi"));
            Assert.DoesNotMatch(" کا .* کی تجدید$", service.Name.In("ur"));
        }
    }

    [Fact]
    public void Names_TellServicesApart_InEveryLanguage()
    {
        foreach (var language in Pack.About.Languages.Select(language => language.Tag))
        {
            var same = Pack.Services.GroupBy(service => service.Name.In(language)).Where(services => services.Count() > 1).Select(services => $"{services.Key}: {string.Join(", ", services.Select(service => service.Id))}");
            Assert.Empty(same);
        }
    }

    [Fact]
    public void Tags_SayWhatPeopleSay_AlsoInLatinLetters()
    {
        foreach (var service in Pack.Services)
        {
            Assert.True(service.Tags.Count >= 2, service.Id);
            Assert.Contains(service.Tags, tag => tag.All(char.IsAscii));
        }

        foreach (var said in new[] { "jati praman patra", "ration card", "patta", "dakhil kharij", "intiqal ki nakal", "chhatravritti", "bijli chori" })
            Assert.Contains(Pack.Services, service => service.Tags.Any(tag => tag.Contains(said, StringComparison.OrdinalIgnoreCase)));
    }

    [Fact]
    public void Families_AreMany_AndTheirMembersDiffer()
    {
        Assert.True(Pack.Services.GroupBy(service => (service.Department, service.Family)).Count() >= 100);
        foreach (var family in Pack.Services.GroupBy(service => (service.Department, service.Family)))
        {
            Assert.Equal(family.Count(), family.Select(service => service.Name.In("en")).Distinct().Count());
            Assert.Equal(family.Count(), family.Select(service => service.Description.In("en")).Distinct().Count());
        }
    }

    [Fact]
    public void Officers_OfEveryService_AreHeldBySomebody()
    {
        var held = Pack.Staff.Select(person => person.Designation).OfType<string>().ToHashSet();
        foreach (var service in Pack.Services)
        {
            foreach (var designation in new[] { service.Officers.Designated, service.Officers.FirstAppellate, service.Officers.SecondAppellate })
                Assert.True(held.Contains(designation), $"{service.Id}: nobody is {designation}.");
        }
    }

    [Fact]
    public void Appeals_GoToAnOfficeThatAnswersForAtLeastAsMuch()
    {
        foreach (var service in Pack.Services)
        {
            // Levels are declared from the state downwards.
            var levels = new[] { service.Officers.Designated, service.Officers.FirstAppellate, service.Officers.SecondAppellate }.Select(id => Pack.Designations[id].Level).ToList();
            Assert.True(levels[0] >= levels[1] && levels[1] >= levels[2], $"{service.Id}: {string.Join(" < ", levels)}");
        }
    }

    [Fact]
    public void Sources_SayWhatIsAssumed_AndWordsWhoWroteThem()
    {
        Assert.All(Pack.Services, service => Assert.Contains(service.WordsMadeBy, new[] { "machine", "person", "notified" }));
        Assert.All(
            Pack.Services.Where(service => Pack.Sources[service.Sources.TimeLimit].Basis == Basis.Cited),
            service => Assert.Contains(service.Id, new[] { "domicile-certificate", "character-certificate", "ews-certificate", "legal-heir-certificate", "marriage-certificate", "land-use-change", "advertisement-signage" }));
    }

    [Fact]
    public void Channels_OfDoorstepServices_HaveAnOperatorWithTheSkillInEveryDistrict()
    {
        var needs = Pack.Services.Where(service => service.Doorstep is not null).Select(service => string.Join('+', service.Doorstep!.Skills)).Distinct().ToList();
        Assert.NotEmpty(needs);
        foreach (var district in Pack.Geography.Districts)
            foreach (var skills in needs)
                Assert.Contains(Pack.Operators, person => person.Districts.Contains(district.Code) && skills.Split('+').All(person.Skills.Contains));
    }

    [GeneratedRegex(@"\p{IsDevanagari}")]
    private static partial Regex Devanagari();

    [GeneratedRegex(@"\p{IsArabic}")]
    private static partial Regex Arabic();

    [GeneratedRegex("[A-Za-z]")]
    private static partial Regex Latin();

    [GeneratedRegex(@"[{}]|lorem|todo|tbd|xxx|placeholder|service \d|dummy|\btest service\b", RegexOptions.IgnoreCase)]
    private static partial Regex Placeholder();
}
