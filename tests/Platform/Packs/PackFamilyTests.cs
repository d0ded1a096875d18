using EServices.Contracts;
using EServices.Platform.Packs;

namespace EServices.Platform.Tests.Packs;

/// <summary>Services written as families: what is shared is read, what is said nearer counts, and what is wrong is told once and where it stands.</summary>
public sealed class PackFamilyTests : IDisposable
{
    private readonly TinyPack pack = new();

    public PackFamilyTests()
    {
        pack.Write("variants.json", Variants);
        pack.Write("services/families.json", Families);
    }

    public void Dispose() => pack.Dispose();

    [Fact]
    public void Family_IsReadAsServices_TheVariantsAmongThem()
    {
        var services = Load().Services;

        Assert.Equal(
            ["boat-berth", "fishing-permit", "fishing-permit-lost", "fishing-permit-renewal", "night-permit", "night-permit-renewal"],
            services.Select(service => service.Id).Order(StringComparer.Ordinal));
        Assert.All(services.Where(service => service.Id != "boat-berth"), service => Assert.Equal(("ports", "permits", "spring"), (service.Department, service.Family, service.Batch)));
    }

    [Fact]
    public void Variant_IsWordedWithTheThing_InEachLanguage_AndInheritsTheTags()
    {
        var renewal = Load().Services["fishing-permit-renewal"];

        Assert.Equal(("Renewal of a fishing permit", "मासेमारी परवान्याचे नूतनीकरण"), (renewal.Name.In("en"), renewal.Name.In("mr")));
        Assert.Equal("A fishing permit for a further year.", renewal.Description.In("en"));
        Assert.Equal(["fish", "renew"], renewal.Tags);
        Assert.Equal("Night permit for a further year.", Load().Services["night-permit-renewal"].Description.In("en"));
    }

    [Fact]
    public void WhatIsSaidNearer_Counts()
    {
        var services = Load().Services;

        // The file says ten days, the service five, the variant three and the family's word on the variant two.
        Assert.Equal(10, services["night-permit"].TimeLimitDays);
        Assert.Equal(5, services["fishing-permit"].TimeLimitDays);
        Assert.Equal(3, services["fishing-permit-renewal"].TimeLimitDays);
        Assert.Equal(2, services["fishing-permit-lost"].TimeLimitDays);
        Assert.Equal(12, services["fishing-permit"].ValidityMonths);
        Assert.Null(services["night-permit"].ValidityMonths);
        Assert.Equal("Night permit", services["night-permit"].Output.Name.In("en"));
        Assert.Equal([Channel.Online], services["night-permit"].Channels);
    }

    [Theory]
    [InlineData("\"form\": \"berth\"", "\"form\": \"bert\"", "/shared/form", "did you mean \"berth\"?")]
    [InlineData("\"feeRule\": \"berth\"", "\"feeRule\": \"deed\"", "/shared/feeRule", "There is no fee rule \"deed\"")]
    [InlineData("\"document\": \"deed\"", "\"document\": \"dead\"", "/shared/documents/0/document", "There is no document \"dead\"")]
    [InlineData("\"secondAppellate\": \"admiral\"", "\"secondAppellate\": \"captain\"", "/shared/officers", "three offices")]
    [InlineData("\"batch\": \"spring\"", "\"batsch\": \"spring\"", "/shared/batsch", "not a property here", 3)]
    [InlineData("\"id\": \"night-permit\"", "\"id\": \"fishing-permit\"", "/families/0/services/1/id", "there twice; first at")]
    [InlineData("\"id\": \"night-permit\"", "\"id\": \"fishing-permit-lost\"", "/families/0/services/1/id", "there twice; first at")]
    [InlineData("[\"renewal\", \"lost\"]", "[\"renewal\", \"last\"]", "/families/0/services/0/variants/1", "There is no variant \"last\"; did you mean \"lost\"?", 2)]
    [InlineData("\"lost\": {", "\"last\": {", "/families/0/variants/last", "There is no variant \"last\"")]
    [InlineData("[\"renewal\", \"lost\"]", "[\"renewal\"]", "/families/0/variants/lost", "No service of the family has the variant")]
    [InlineData("\"en\": \"Night permit\"", "\"en\": \"Fishing permit\"", "/families/0/services", "have the same name in \"en\"")]
    [InlineData(", \"mr\": \"रात्रीचा परवाना\"", "", "/families/0/services/1/name/mr", "is missing")]
    [InlineData("\"mr\": \"मासेमारी परवान्या\"", "\"fr\": \"permis\"", "/families/0/services/0/thing/fr", "not a language of this pack")]
    [InlineData("\"tags\": [\"night\"]", "\"tags\": [\"night\"], \"colour\": \"red\"", "/families/0/services/1/colour", "not a property here")]
    [InlineData("\"timeLimitDays\": 2", "\"timeLimitDays\": 0", "/families/0/variants/lost/timeLimitDays", "between 1 and 1000")]
    public void Spoilt_IsToldWhereItStands(string text, string by, string place, string message, int errors = 1)
    {
        pack.Spoil("services/families.json", text, by);

        var found = StatePack.Load(pack.Folder).Errors;

        Assert.Contains(found, error => error.File == "services/families.json" && error.Place == place && error.Message.Contains(message, StringComparison.Ordinal) && error.Line > 0);
        Assert.True(found.Count == errors, string.Join("\n", found));
    }

    [Theory]
    [InlineData("Renewal of {thing}", "Renewal", "/variants/0/name", "has no {thing}")]
    [InlineData("\"id\": \"lost\"", "\"id\": \"renewal\"", "/variants/1/id", "there twice")]
    [InlineData("\"timeLimitDays\": 3", "\"timeLimitDays\": \"three\"", "/variants/0/shared/timeLimitDays", "whole number")]
    public void SpoiltVariants_AreToldWhereTheyStand(string text, string by, string place, string message)
    {
        pack.Spoil("variants.json", text, by);

        Assert.Contains(StatePack.Load(pack.Folder).Errors, error => error.File == "variants.json" && error.Place == place && error.Message.Contains(message, StringComparison.Ordinal));
    }

    [Fact]
    public void VariantThatNoServiceHas_IsNoError()
    {
        pack.Delete("services/families.json");

        Assert.Equal("boat-berth", Assert.Single(Load().Services).Id);
    }

    [Fact]
    public void MisspeltPropertyOfAVariant_IsTold()
    {
        pack.Spoil("variants.json", "\"timeLimitDays\": 3", "\"timeLimitDays\": 3, \"channel\": 1");

        Assert.Equal("/variants/0/shared/channel", Assert.Single(StatePack.Load(pack.Folder).Errors).Place);
    }

    [Fact]
    public void EverythingWrong_IsToldAtOnce()
    {
        pack.Spoil("services/families.json", "\"form\": \"berth\"", "\"form\": \"none\"").Spoil("services/families.json", "[\"renewal\", \"lost\"]", "[\"none\"]").Spoil("variants.json", "Renewal of {thing}", "Renewal");

        // The family's word on a variant that no service has any more is the fourth.
        Assert.Equal(4, StatePack.Load(pack.Folder).Errors.Count);
    }

    private StatePack Load() => StatePack.Load(pack.Folder).OrThrow();

    private const string Variants = """
        { "variants": [
          {
            "id": "renewal",
            "name": { "en": "Renewal of {thing}", "mr": "{thing}चे नूतनीकरण" },
            "description": { "en": "{thing} for a further year.", "mr": "{thing}साठी आणखी एक वर्ष." },
            "tags": ["renew"],
            "shared": { "timeLimitDays": 3 }
          },
          { "id": "lost", "name": { "en": "Duplicate of {thing}", "mr": "{thing}ची दुसरी प्रत" }, "description": { "en": "Where {thing} is lost.", "mr": "{thing} हरवल्यास." }, "tags": ["lost"] }
        ] }
        """;

    private const string Families = """
        {
          "department": "ports",
          "shared": {
            "batch": "spring",
            "whoMayApply": { "en": "Fishers.", "mr": "मच्छीमार." },
            "channels": ["online"],
            "documents": [{ "document": "deed", "mandatory": true }],
            "form": "berth",
            "feeRule": "berth",
            "timeLimitDays": 10,
            "validityMonths": 12,
            "officers": { "designated": "clerk", "firstAppellate": "captain", "secondAppellate": "admiral" },
            "output": { "kind": "permit" },
            "sources": { "timeLimit": "guess", "officers": "guess", "documents": "guess" },
            "wordsMadeBy": "person"
          },
          "families": [{
            "family": "permits",
            "variants": { "lost": { "timeLimitDays": 2 } },
            "services": [
              {
                "id": "fishing-permit",
                "name": { "en": "Fishing permit", "mr": "मासेमारी परवाना" },
                "thing": { "en": "a fishing permit", "mr": "मासेमारी परवान्या" },
                "description": { "en": "Lets you fish.", "mr": "मासे पकडता येतात." },
                "tags": ["fish"],
                "timeLimitDays": 5,
                "variants": ["renewal", "lost"]
              },
              {
                "id": "night-permit",
                "name": { "en": "Night permit", "mr": "रात्रीचा परवाना" },
                "description": { "en": "Lets you sail at night.", "mr": "रात्री जाता येते." },
                "tags": ["night"],
                "validityMonths": null,
                "variants": ["renewal"]
              }
            ]
          }]
        }
        """;
}
