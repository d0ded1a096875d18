using System.Net;
using System.Text.Json.Nodes;
using EServices.Contracts.Catalogue;
using EServices.Platform.Web;
using EServices.Testing;

namespace EServices.Application.Tests.Applications;

public sealed class BadInputTests(SharedDesk shared) : IClassFixture<SharedDesk>
{
    [Theory]
    [InlineData("""{}""", "/serviceId")]
    [InlineData("""{"serviceId": "domicile-certificate"}""", "/channel")]
    [InlineData("""{"serviceId": "domicile-certificate", "channel": "online", "citizen": {"mobile": "+919906000002"}}""", "/citizen/mobile")]
    [InlineData("""{"serviceId": "domicile-certificate", "channel": "online", "citizen": {"language": "tlh"}}""", "/citizen/language")]
    [InlineData("""{"serviceId": "domicile-certificate", "channel": "online", "districtCode": "999999"}""", "/districtCode")]
    [InlineData("""{"serviceId": "domicile-certificate", "channel": "online", "tehsilCode": "999999"}""", "/tehsilCode")]
    [InlineData("""{"serviceId": "moon-permit", "channel": "online"}""", "/serviceId")]
    public async Task Begin_WithAWrongMember_NamesIt(string body, string pointer)
    {
        var desk = shared.Desk;
        var answer = await Desk.Post(desk.Citizen, "/api/v1/applications", JsonNode.Parse(body));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var problem = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        Assert.Contains(pointer, problem["errors"]!.AsArray().Select(error => (string)error!["pointer"]!));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("""{"serviceId": 5}""")]
    [InlineData("""{"serviceId": "domicile-certificate", "channel": "carrier-pigeon"}""")]
    [InlineData("[]")]
    public async Task Begin_WithMalformedJsonOrWrongTypes_Is400(string body)
    {
        var desk = shared.Desk;
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/applications") { Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json") };
        request.Headers.Add("Idempotency-Key", "k");
        await Assert.IsProblemAsync(await desk.Citizen.SendAsync(request), HttpStatusCode.BadRequest, "malformed-json");
    }

    [Fact]
    public async Task Begin_ForASuspendedServiceOrAChannelNotOffered_IsRefused()
    {
        await using var desk = await Desk.OpenAsync();
        await desk.DeliverAsync(Samples.Domicile("online-only") with { Channels = [Contracts.Channel.Online] });
        await Assert.IsProblemAsync(
            await Desk.Post(desk.Citizen, "/api/v1/applications", JsonNode.Parse("""{"serviceId": "online-only", "channel": "centre"}""")), HttpStatusCode.BadRequest, "channel-not-offered");

        var draft = await desk.CompleteAsync();
        await desk.DeliverAsync(new ServiceSuspended("domicile-certificate", 1, "The register is being moved"));
        await Assert.IsProblemAsync(
            await Desk.Post(desk.Citizen, "/api/v1/applications", JsonNode.Parse("""{"serviceId": "domicile-certificate", "channel": "online"}""")), HttpStatusCode.Conflict, "service-suspended");
        await Assert.IsProblemAsync(await Desk.Post(desk.Citizen, $"/api/v1/applications/{draft}/submit", null), HttpStatusCode.Conflict, "service-suspended");
    }

    [Fact]
    public async Task Begin_Repeated_IsOneDraft_AndAnotherBodyUnderTheKeyIsRefused()
    {
        await using var desk = await Desk.OpenAsync();
        var body = JsonNode.Parse("""{"serviceId": "domicile-certificate", "channel": "online"}""")!;
        var first = await Desk.ReadAsync(await Desk.Post(desk.Citizen, "/api/v1/applications", body, "key-1"), HttpStatusCode.Created);
        var repeat = await Desk.Post(desk.Citizen, "/api/v1/applications", body, "key-1");
        Assert.Equal((string)first["id"]!, (string)(await Desk.ReadAsync(repeat, HttpStatusCode.Created))["id"]!);
        Assert.Single((await Desk.ReadAsync(await desk.Citizen.GetAsync("/api/v1/applications")))["items"]!.AsArray());

        body["channel"] = "centre";
        await Assert.IsProblemAsync(await Desk.Post(desk.Citizen, "/api/v1/applications", body, "key-1"), HttpStatusCode.UnprocessableEntity, "idempotency-key-reused");
        await Assert.IsProblemAsync(await Desk.Post(desk.Citizen, "/api/v1/applications", body, " "), HttpStatusCode.BadRequest, "idempotency-key-missing");
    }

    [Fact]
    public async Task Submit_Repeated_GivesOneNumber_AndUnderAnotherKeyIsRefused()
    {
        var desk = shared.Desk;
        var id = await desk.CompleteAsync();
        var path = $"/api/v1/applications/{id}/submit";
        var first = await Desk.ReadAsync(await Desk.Post(desk.Citizen, path, null, "key-2"));
        var second = await Desk.Post(desk.Citizen, path, null, "key-2");
        Assert.Equal("true", second.Headers.GetValues("Idempotency-Replayed").Single());
        Assert.Equal((string)first["trackingNumber"]!, (string)(await Desk.ReadAsync(second))["trackingNumber"]!);
        await Assert.IsProblemAsync(await Desk.Post(desk.Citizen, path, null), HttpStatusCode.Conflict, "wrong-state");
    }

    [Fact]
    public async Task Submit_Incomplete_NamesAllThatIsMissing()
    {
        var desk = shared.Desk;
        var id = await desk.DraftAsync();
        await Desk.ReadAsync(await Desk.Put(desk.Citizen, id, """{"applicantName": "H"}"""));
        var problem = await Assert.IsProblemAsync(await Desk.Post(desk.Citizen, $"/api/v1/applications/{id}/submit", null), HttpStatusCode.Conflict, "incomplete");
        Assert.Equal(
            ["/form/residentSince", "/form/applicantName", "/documents/identity-proof", "/documents/residence-proof"], problem["errors"]!.AsArray().Select(error => (string)error!["pointer"]!));
    }

    [Fact]
    public async Task Anything_OfAnotherCitizenOrUnknown_IsNotFound()
    {
        var desk = shared.Desk;
        var (mine, _, _) = await desk.ApprovedAsync();
        var draft = await desk.CompleteAsync();
        foreach (var (client, id) in new[] { (desk.Stranger, mine), (desk.Stranger, draft), (desk.Operator, mine), (desk.Citizen, "app_none"), (desk.Citizen, "%F0%9F%92%A9") })
        {
            foreach (var path in new[] { "", "/timeline", "/certificate", "/documents/doc_x" })
                await Assert.IsProblemAsync(await client.GetAsync($"/api/v1/applications/{id}{path}"), HttpStatusCode.NotFound, "not-found");
            await Assert.IsProblemAsync(await Desk.Put(client, id, Desk.Form), HttpStatusCode.NotFound, "not-found");
            await Assert.IsProblemAsync(await Desk.Upload(client, id, "voter-card", Desk.Pdf), HttpStatusCode.NotFound, "not-found");
            await Assert.IsProblemAsync(await Desk.Act(client, id, "withdraw"), HttpStatusCode.NotFound, "not-found");
            await Assert.IsProblemAsync(await Desk.Post(client, $"/api/v1/applications/{id}/submit", null), HttpStatusCode.NotFound, "not-found");
        }
        // A draft is nobody's business but the applicant's.
        await Assert.IsProblemAsync(await desk.Officer().GetAsync($"/api/v1/applications/{draft}"), HttpStatusCode.NotFound, "not-found");
    }

    [Fact]
    public async Task Anything_WithoutTokenIs401_AndWithAnotherRole403()
    {
        var desk = shared.Desk;
        var (id, _) = await desk.UnderReviewAsync();
        await Assert.IsProblemAsync(await desk.Anonymous().GetAsync($"/api/v1/applications/{id}"), HttpStatusCode.Unauthorized, "token-required");
        await Assert.IsProblemAsync(await desk.As(Roles.Finance, "stf_2").GetAsync($"/api/v1/applications/{id}"), HttpStatusCode.Forbidden, "role-required");
        await Assert.IsProblemAsync(await Desk.Post(desk.Officer(), "/api/v1/applications", JsonNode.Parse("{}")), HttpStatusCode.Forbidden, "role-required");
        await Assert.IsProblemAsync(await Desk.Act(desk.Citizen, id, "approve"), HttpStatusCode.Forbidden, "action-not-yours");
    }

    [Fact]
    public async Task Act_UnknownActionsMarksAndVersions_AreRefused()
    {
        var desk = shared.Desk;
        var (id, _) = await desk.UnderReviewAsync();
        await Assert.IsProblemAsync(await Desk.Act(desk.Officer(), id, "bribe"), HttpStatusCode.NotFound, "action-unknown");
        await Assert.IsProblemAsync(await Desk.Act(desk.Officer(), id, "reject"), HttpStatusCode.BadRequest, "reason-required");
        await Assert.IsProblemAsync(await Desk.Act(desk.Officer(), id, "reject", """{"reason": 5}"""), HttpStatusCode.BadRequest, "malformed-json");
        await Assert.IsProblemAsync(await Desk.Act(desk.Officer(), id, "send-back", """{"reason": "Mend.", "fields": [null]}"""), HttpStatusCode.BadRequest, "invalid-request");
        await Assert.IsProblemAsync(await Desk.Act(desk.Officer(), id, "send-back", """{"reason": "Mend.", "fields": ["/colour"]}"""), HttpStatusCode.BadRequest, "mark-unknown");

        var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/applications/{id}/actions/approve");
        request.Headers.TryAddWithoutValidation("If-Match", "\"1\"");
        await Assert.IsProblemAsync(await desk.Officer().SendAsync(request), HttpStatusCode.PreconditionFailed, "version-changed");
        Assert.Equal("underReview", (string)(await desk.SeenAsync(id))["state"]!);
    }

    [Theory]
    [InlineData("?state=sleeping", "invalid-request")]
    [InlineData("?limit=0", "invalid-request")]
    [InlineData("?cursor=rubbish", "invalid-cursor")]
    public async Task List_WithAWrongParameter_Is400(string query, string code)
    {
        var desk = shared.Desk;
        await Assert.IsProblemAsync(await desk.Citizen.GetAsync("/api/v1/applications" + query), HttpStatusCode.BadRequest, code);
        await Assert.IsProblemAsync(await desk.Officer("5").GetAsync("/api/v1/applications" + query), HttpStatusCode.BadRequest, code);
    }
}
