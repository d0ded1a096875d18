using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using EServices.Application.Certificates;
using EServices.Contracts;
using EServices.Platform.Storage;
using EServices.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace EServices.Application.Tests.Certificates;

public sealed class CertificateTests(SharedDesk shared) : IClassFixture<SharedDesk>
{
    [Fact]
    public async Task Certificate_VerifiesOffline_WithNothingButThePublishedKeys()
    {
        var desk = shared.Desk;
        var (_, number, certificate) = await desk.ApprovedAsync();
        var compact = (string)certificate["jws"]!;
        var keys = JsonNode.Parse(await desk.Anonymous().GetStringAsync("/.well-known/jwks.json"))!;

        var claims = VerifyOffline(compact, keys);

        Assert.NotNull(claims);
        Assert.Equal((TestTokens.Issuer, number, "Haleema Begum"), ((string)claims["iss"]!, (string)claims["trackingNumber"]!, (string)claims["holder"]!));
        Assert.Equal(("Tehsildar", "domicile-certificate", "2026-03-09"), ((string)claims["officerDesignation"]!, (string)claims["serviceId"]!, (string)claims["issuedOn"]!));
        Assert.DoesNotContain(Samples.Citizen.Mobile[3..], claims.ToJsonString(), StringComparison.Ordinal);
        Assert.StartsWith("<svg", (string)certificate["qrSvg"]!, StringComparison.Ordinal);
        Assert.Null(VerifyOffline(Forged(compact), keys));
    }

    [Fact]
    public async Task Promise_VerifiesOffline_AndNamesDateRuleOfficersFeeAndNumber()
    {
        var desk = shared.Desk;
        var (id, number) = await desk.UnderReviewAsync();
        var keys = JsonNode.Parse(await desk.Anonymous().GetStringAsync("/.well-known/jwks.json"))!;

        var claims = VerifyOffline((string)(await desk.SeenAsync(id))["promise"]!, keys)!;

        Assert.Equal(("2026-03-27", number, 2000L), ((string)claims["dueOn"]!, (string)claims["trackingNumber"]!, (long)claims["feePaise"]!));
        Assert.Equal(("Tehsildar", "Deputy Commissioner", "cited", true), ((string)claims["designatedOfficer"]!, (string)claims["firstAppellate"]!, (string)claims["ruleSource"]!, (bool)claims["certain"]!));
    }

    [Fact]
    public async Task Verify_AGoodCertificateOrPromise_IsValid()
    {
        var desk = shared.Desk;
        var (id, number, certificate) = await desk.ApprovedAsync();

        var verdict = await VerifyAsync(desk, (string)certificate["jws"]!);
        Assert.True((bool)verdict["valid"]!);
        Assert.Empty(verdict["reasons"]!.AsArray());
        Assert.Equal(("certificate", number), ((string)verdict["kind"]!, (string)verdict["claims"]!["trackingNumber"]!));

        var promise = await VerifyAsync(desk, (string)(await desk.SeenAsync(id))["promise"]!);
        Assert.Equal((true, "promise"), ((bool)promise["valid"]!, (string)promise["kind"]!));
    }

    [Fact]
    public async Task Verify_WhatIsNotGood_SaysWhy()
    {
        var desk = shared.Desk;
        var (id, _, certificate) = await desk.ApprovedAsync();
        var compact = (string)certificate["jws"]!;
        var parts = compact.Split('.');
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var kid = (string)Header(compact)["kid"]!;

        await Refused("not-a-jws", "rubbish");
        await Refused("not-a-jws", "a.b.c");
        await Refused("not-a-jws", $"{parts[0]}.{parts[1]}");
        await Refused("not-a-jws", $"{Encode("[]")}.{parts[1]}.{parts[2]}");
        await Refused("bad-signature", Forged(compact));
        await Refused("bad-signature", $"{parts[0]}.{parts[1]}.");
        await Refused("bad-signature", Jws.Sign(other, kid, CertificateClaims.Type, new { jti = "cer_1" }));
        await Refused("unknown-key", Jws.Sign(other, "another", CertificateClaims.Type, new { jti = "cer_1" }));
        await Refused("algorithm-not-allowed", $"{Encode($$"""{"alg":"none","kid":"{{kid}}"}""")}.{parts[1]}.");
        await Refused("algorithm-not-allowed", $"{Encode($$"""{"alg":"HS256","kid":"{{kid}}"}""")}.{parts[1]}.{parts[2]}");
        var signer = await desk.Services.GetRequiredService<SigningKeys>().SignerAsync(CancellationToken.None);
        await Refused("not-registered", signer.Sign(CertificateClaims.Type, new { jti = "cer_none" }));
        await Refused("not-registered", signer.Sign(CertificateClaims.Type, new { jti = (string)certificate["certificateId"]!, holder = "Someone Else" }));
        await Refused("not-ours", signer.Sign("something-else", new { jti = "x" }));

        await Desk.ReadAsync(await Desk.Act(desk.Officer(), id, "revoke", """{"reason": "Issued to the wrong person."}"""));
        await Refused("revoked", compact);
        Assert.True((bool)(await desk.SeenAsync(id))["certificate"]!["revoked"]!);

        async Task Refused(string code, string text)
        {
            var verdict = await VerifyAsync(desk, text);
            Assert.False((bool)verdict["valid"]!, code);
            Assert.Equal(code, (string)Assert.Single(verdict["reasons"]!.AsArray())!["code"]!);
        }
    }

    [Fact]
    public async Task Verify_AfterItsLastDay_IsExpired()
    {
        await using var desk = await Desk.OpenAsync();
        var pack = EServices.Platform.Packs.StatePack.Load(desk.Pack).OrThrow();
        var lapsing = pack.Services.First(service => service.ValidityMonths is not null && service.Channels.Contains(Channel.Online));
        await desk.DeliverAsync(Samples.Domicile(lapsing.Id));
        var id = (string)(await Desk.ReadAsync(
            await Desk.Post(desk.Citizen, "/api/v1/applications", new JsonObject { ["serviceId"] = lapsing.Id, ["channel"] = "online" }), HttpStatusCode.Created))["id"]!;
        await Desk.ReadAsync(await Desk.Put(desk.Citizen, id, Desk.Form));
        await Desk.Upload(desk.Citizen, id, "identity-proof", Desk.Pdf);
        await Desk.Upload(desk.Citizen, id, "residence-proof", Desk.Pdf);
        await Desk.ReadAsync(await Desk.Post(desk.Citizen, $"/api/v1/applications/{id}/submit", null));
        await desk.DeliverAsync(desk.Settlement(id, Given.Number));
        await Desk.ReadAsync(await Desk.Act(desk.Officer(), id, "approve"));
        var certificate = await Desk.ReadAsync(await desk.Citizen.GetAsync($"/api/v1/applications/{id}/certificate"));
        var last = new DateOnly(2026, 3, 9).AddMonths(lapsing.ValidityMonths!.Value);
        Assert.Equal(last.ToString("O", System.Globalization.CultureInfo.InvariantCulture), (string)certificate["validUntil"]!);

        desk.Clock.SetUtcNow(Calendars.At(last.Year, last.Month, last.Day, 23, 59));
        Assert.True((bool)(await VerifyAsync(desk, (string)certificate["jws"]!))["valid"]!);
        desk.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("expired", (string)Assert.Single((await VerifyAsync(desk, (string)certificate["jws"]!))["reasons"]!.AsArray())!["code"]!);
    }

    [Fact]
    public async Task Verify_NothingOrTooMuch_IsRefused()
    {
        var desk = shared.Desk;
        await Assert.IsProblemAsync(await Desk.Post(desk.Anonymous(), "/api/v1/certificates/verify", new JsonObject()), HttpStatusCode.BadRequest, "invalid-request");
        await Assert.IsProblemAsync(
            await Desk.Post(desk.Anonymous(), "/api/v1/certificates/verify", new JsonObject { ["certificate"] = new string('a', 8193) }), HttpStatusCode.BadRequest, "invalid-request");
    }

    [Fact]
    public async Task Keys_Retired_StayPublished_AndWhatTheySignedStaysValid()
    {
        await using var desk = await Desk.OpenAsync();
        var (_, _, certificate) = await desk.ApprovedAsync();
        var before = JsonNode.Parse(await desk.Anonymous().GetStringAsync("/.well-known/jwks.json"))!["keys"]!.AsArray();

        desk.Clock.Advance(TimeSpan.FromDays(366));

        var after = JsonNode.Parse(await desk.Anonymous().GetStringAsync("/.well-known/jwks.json"))!;
        Assert.Equal((1, 2), (before.Count, after["keys"]!.AsArray().Count));
        Assert.NotNull(VerifyOffline((string)certificate["jws"]!, after));
        Assert.True((bool)(await VerifyAsync(desk, (string)certificate["jws"]!))["valid"]!);
        var signer = await desk.Services.GetRequiredService<SigningKeys>().SignerAsync(CancellationToken.None);
        Assert.Equal((string)after["keys"]![1]!["kid"]!, signer.Kid);
    }

    [Fact]
    public async Task Keys_MadeByTwoInstancesAtOnce_AreOneKey()
    {
        var desk = shared.Desk;
        var rings = desk.Services.GetRequiredService<DocumentStore<KeyRing>>();
        var signers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => new SigningKeys(
            rings, desk.Clock, desk.Services.GetRequiredService<Microsoft.Extensions.Configuration.IConfiguration>(),
            Microsoft.Extensions.Logging.Abstractions.NullLogger<SigningKeys>.Instance).SignerAsync(CancellationToken.None))));
        Assert.Single(signers.Select(signer => signer.Kid).Distinct());
    }

    [Fact]
    public async Task Certificate_OfAnApplicationWithoutDecision_IsNotFound()
    {
        var desk = shared.Desk;
        var (id, _) = await desk.UnderReviewAsync();
        await Assert.IsProblemAsync(await desk.Citizen.GetAsync($"/api/v1/applications/{id}/certificate"), HttpStatusCode.NotFound, "not-found");
    }

    private static async Task<JsonObject> VerifyAsync(Desk desk, string compact) =>
        await Desk.ReadAsync(await Desk.Post(desk.Anonymous(), "/api/v1/certificates/verify", new JsonObject { ["certificate"] = compact }));

    /// <summary>As anyone would with a JWKS and a crypto library, by none of the service's own code. Null when the signature is not good.</summary>
    private static JsonObject? VerifyOffline(string compact, JsonNode keys)
    {
        var parts = compact.Split('.');
        var kid = (string)Header(compact)["kid"]!;
        var key = keys["keys"]!.AsArray().Single(candidate => (string)candidate!["kid"]! == kid)!;
        using var ecdsa = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint { X = Base64Url.DecodeFromChars((string)key["x"]!), Y = Base64Url.DecodeFromChars((string)key["y"]!) },
        });
        return ecdsa.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256)
            ? JsonNode.Parse(Base64Url.DecodeFromChars(parts[1]))!.AsObject()
            : null;
    }

    private static JsonObject Header(string compact) => JsonNode.Parse(Base64Url.DecodeFromChars(compact.Split('.')[0]))!.AsObject();

    private static string Forged(string compact)
    {
        var parts = compact.Split('.');
        var claims = JsonNode.Parse(Base64Url.DecodeFromChars(parts[1]))!;
        claims["holder"] = "Someone Else";
        return $"{parts[0]}.{Encode(claims.ToJsonString())}.{parts[2]}";
    }

    private static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
}
