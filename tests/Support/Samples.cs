using System.Text.Json;
using EServices.Contracts;
using EServices.Contracts.Catalogue;

namespace EServices.Testing;

/// <summary>Facts that many tests begin with.</summary>
public static class Samples
{
    public static readonly Person Citizen = new("+919906000001", "Haleema Begum", "ur");

    /// <summary>A domicile certificate as Catalogue launches it: ₹20 to the government and, at the door, ₹50 to centre and operator.</summary>
    public static ServiceLaunched Domicile(string id = "domicile-certificate", int version = 1) => new(
        id, version, new DateTimeOffset(2025, 1, 1, 0, 0, 0, TimeSpan.Zero),
        "revenue", Localised.English("Revenue Department"),
        new Localised(new Dictionary<string, string> { ["en"] = "Domicile certificate", ["hi"] = "अधिवास प्रमाण पत्र", ["ur"] = "ڈومیسائل سرٹیفکیٹ" }),
        [Channel.Online, Channel.Centre, Channel.Doorstep],
        [
            new DocumentAsked("identity-proof", Localised.English("Proof of identity"), true, [new DocumentAlternative("voter-card", Localised.English("Voter card"))]),
            new DocumentAsked("residence-proof", Localised.English("Proof of residence"), true, []),
            new DocumentAsked("photograph", Localised.English("Photograph"), false, []),
        ],
        JsonSerializer.SerializeToElement(new
        {
            schema = "https://json-schema.org/draft/2020-12/schema",
            type = "object",
            required = new[] { "applicantName", "residentSince" },
            properties = new Dictionary<string, object>
            {
                ["applicantName"] = new { type = "string", minLength = 2, maxLength = 100 },
                ["residentSince"] = new { type = "integer", minimum = 1900, maximum = 2100 },
                ["fatherName"] = new { type = "string", maxLength = 100 },
            },
            additionalProperties = false,
        }),
        new FeeRule(
            "certificate-basic", 1, new DateOnly(2025, 1, 1), null, "assumed",
            [
                new FeeLine("government-fee", Localised.English("Government fee"), 2000, "government", [], "Fee prescribed for the certificate"),
                new FeeLine("doorstep-centre", Localised.English("Doorstep service, centre"), 1000, "csc", [Channel.Doorstep], "Share of the service centre"),
                new FeeLine("doorstep-operator", Localised.English("Doorstep service, operator"), 4000, "operator", [Channel.Doorstep], "Share of the operator who comes"),
            ]),
        new TimeLimit(15, "Tehsildar", "Deputy Commissioner", "Divisional Commissioner", "cited"),
        "certificate", ["certificates"]);
}
