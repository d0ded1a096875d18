using System.Net;
using System.Net.Http.Headers;
using EServices.Testing;

namespace EServices.Application.Tests.Forms;

public sealed class FormEndpointTests(SharedDesk shared) : IClassFixture<SharedDesk>
{
    [Fact]
    public async Task FillIn_Incomplete_IsKeptAndSaysWhatIsMissing()
    {
        var desk = shared.Desk;
        var id = await desk.DraftAsync();

        var kept = await Desk.ReadAsync(await Desk.Put(desk.Citizen, id, """{"applicantName": "H"}"""));

        Assert.False((bool)kept["complete"]!);
        Assert.Equal("/residentSince", (string)Assert.Single(kept["missing"]!.AsArray())!);
        Assert.Equal(["required", "minLength"], kept["problems"]!.AsArray().Select(problem => (string)problem!["code"]!));
        Assert.True((bool)(await Desk.ReadAsync(await Desk.Put(desk.Citizen, id, Desk.Form)))["complete"]!);
    }

    [Theory]
    [InlineData("{", "malformed-json")]
    [InlineData("[]", "malformed-json")]
    [InlineData("null", "malformed-json")]
    [InlineData("", "malformed-json")]
    [InlineData("""{"applicantName": "A", "applicantName": "B"}""", "malformed-json")]
    [InlineData("""{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":1}}}}}}}}}}}}}}}}}""", "malformed-json")]
    [InlineData("""{"applicantName": 5}""", "form-invalid")]
    [InlineData("""{"colour": "red"}""", "form-invalid")]
    [InlineData("""{"residentSince": 234567890124}""", "form-invalid")]
    public async Task FillIn_WhatCanNotBeKept_Is400(string form, string code)
    {
        var desk = shared.Desk;
        var id = await desk.DraftAsync();
        var problem = await Assert.IsProblemAsync(await Desk.Put(desk.Citizen, id, form), HttpStatusCode.BadRequest, code);
        Assert.NotEmpty(problem["errors"]!.AsArray());
    }

    [Fact]
    public async Task FillIn_TooLargeTooManyOrNoJson_IsRefused()
    {
        var desk = shared.Desk;
        var id = await desk.DraftAsync();
        await Assert.IsProblemAsync(await Desk.Put(desk.Citizen, id, $$"""{"fatherName": "{{new string('x', 256 * 1024)}}"}"""), HttpStatusCode.RequestEntityTooLarge, "body-too-large");
        await Assert.IsProblemAsync(await Desk.Put(desk.Citizen, id, $$"""{"fatherName": [{{string.Join(',', Enumerable.Repeat("1", 2001))}}]}"""), HttpStatusCode.BadRequest, "malformed-json");
        var plain = new StringContent(Desk.Form, MediaTypeHeaderValue.Parse("text/plain"));
        await Assert.IsProblemAsync(await desk.Citizen.PutAsync($"/api/v1/applications/{id}/form", plain), HttpStatusCode.UnsupportedMediaType, "media-type-unsupported");
    }

    [Fact]
    public async Task FillIn_WithAnotherVersionInIfMatch_Is412_AndTheETagMovesWithEachChange()
    {
        var desk = shared.Desk;
        var id = await desk.DraftAsync();
        var first = await Desk.Put(desk.Citizen, id, """{"applicantName": "Haleema"}""", "\"1\"");
        Assert.Equal("\"2\"", first.Headers.ETag!.Tag);

        await Assert.IsProblemAsync(await Desk.Put(desk.Citizen, id, Desk.Form, "\"1\""), HttpStatusCode.PreconditionFailed, "version-changed");
        Assert.Equal("\"3\"", (await Desk.Put(desk.Citizen, id, Desk.Form, "\"2\"")).Headers.ETag!.Tag);
        // The same again changes nothing.
        Assert.Equal("\"3\"", (await Desk.Put(desk.Citizen, id, Desk.Form, "\"3\"")).Headers.ETag!.Tag);
    }

    [Fact]
    public async Task FillIn_WithAnAadhaarNumber_KeepsItsEndOnly_AndSaysSo()
    {
        var desk = shared.Desk;
        var id = await desk.DraftAsync();

        var kept = await Desk.ReadAsync(await Desk.Put(desk.Citizen, id, """{"applicantName": "Haleema", "fatherName": "2345 6789 0124"}"""));

        Assert.Equal("XXXXXXXX0124", (string)kept["form"]!["fatherName"]!);
        Assert.Equal("/fatherName", (string)Assert.Single(kept["masked"]!.AsArray())!);
        Assert.Equal("XXXXXXXX0124", (string)(await desk.SeenAsync(id))["form"]!["fatherName"]!);
        var timeline = await desk.Citizen.GetStringAsync($"/api/v1/applications/{id}/timeline");
        Assert.Contains("/fatherName", timeline, StringComparison.Ordinal);
        Assert.DoesNotContain("6789", timeline, StringComparison.Ordinal);
    }
}
