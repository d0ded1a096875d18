using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using EServices.Contracts.Payment;
using EServices.Platform.Web;
using EServices.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace EServices.Application.Tests;

/// <summary>The Application service with a launched service, a calendar that tests can count with, and the people who come to it.</summary>
public sealed class Desk : ServiceHost<Program>
{
    public const string Form = """{"applicantName": "Haleema Begum", "residentSince": 1998}""";
    public static readonly byte[] Pdf = [.. "%PDF-1.7\n"u8, .. new byte[100]];

    public Desk()
        : base("application")
    {
        Replace = services => services.Replace(ServiceDescriptor.Singleton(Calendars.Usual));
        // Monday 9 March 2026, ten in the morning in India.
        Clock.SetUtcNow(Calendars.At(2026, 3, 9));
    }

    public HttpClient Citizen => As(Roles.Citizen, "cit_1", mobile: Samples.Citizen.Mobile, name: Samples.Citizen.Name);

    public HttpClient Stranger => As(Roles.Citizen, "cit_2", mobile: "+919906000002", name: "Someone Else");

    public HttpClient Operator => As(Roles.Operator, "stf_op", email: "operator@example.org", name: "Operator");

    /// <summary>An officer; by default of the whole state.</summary>
    public HttpClient Officer(string? lgd = null) => As(Roles.Officer, "stf_1", email: "officer@example.org", lgd: lgd, name: "Tehsildar, Jammu");

    public async Task<string> DraftAsync(HttpClient? by = null, string? district = "5", string? tehsil = null)
    {
        var body = new JsonObject
        {
            ["serviceId"] = "domicile-certificate",
            ["channel"] = "online",
            ["districtCode"] = district,
            ["tehsilCode"] = tehsil,
            ["citizen"] = new JsonObject { ["mobile"] = Samples.Citizen.Mobile, ["name"] = Samples.Citizen.Name, ["language"] = "ur" },
        };
        var answer = await Post(by ?? Citizen, "/api/v1/applications", body);
        return (string)(await ReadAsync(answer, HttpStatusCode.Created))["id"]!;
    }

    public async Task<string> CompleteAsync(HttpClient? by = null, string? district = "5", string? tehsil = null)
    {
        var id = await DraftAsync(by, district, tehsil);
        await ReadAsync(await Put(by ?? Citizen, id, Form));
        foreach (var type in new[] { "voter-card", "residence-proof" })
            await ReadAsync(await Upload(by ?? Citizen, id, type, Pdf), HttpStatusCode.Created);
        return id;
    }

    public async Task<(string Id, string Number)> SubmittedAsync(HttpClient? by = null, string? district = "5", string? tehsil = null)
    {
        var id = await CompleteAsync(by, district, tehsil);
        return (id, (string)(await ReadAsync(await Post(by ?? Citizen, $"/api/v1/applications/{id}/submit", null)))["trackingNumber"]!);
    }

    public async Task<(string Id, string Number)> UnderReviewAsync(string? district = "5", string? tehsil = null)
    {
        var (id, number) = await SubmittedAsync(null, district, tehsil);
        await DeliverAsync(Bill(id, number));
        await DeliverAsync(Settlement(id, number));
        return (id, number);
    }

    public async Task<(string Id, string Number, JsonObject Certificate)> ApprovedAsync()
    {
        var (id, number) = await UnderReviewAsync();
        await ReadAsync(await Act(Officer(), id, "approve", """{"remarks": "In order"}"""));
        return (id, number, await ReadAsync(await Citizen.GetAsync($"/api/v1/applications/{id}/certificate")));
    }

    public BillIssued Bill(string id, string number) => Given.Bill(id, Clock.GetUtcNow()) with { TrackingNumber = number };

    public BillSettled Settlement(string id, string number) => Given.Settlement(id, Clock.GetUtcNow()) with { TrackingNumber = number };

    public async Task<JsonObject> SeenAsync(string id, HttpClient? by = null) => await ReadAsync(await (by ?? Citizen).GetAsync($"/api/v1/applications/{id}"));

    public static Task<HttpResponseMessage> Post(HttpClient client, string path, JsonNode? body, string? key = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = body is null ? null : JsonContent.Create(body) };
        request.Headers.Add("Idempotency-Key", key ?? Guid.NewGuid().ToString("N"));
        return client.SendAsync(request);
    }

    public static Task<HttpResponseMessage> Put(HttpClient client, string id, string form, string? ifMatch = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Put, $"/api/v1/applications/{id}/form") { Content = new StringContent(form, MediaTypeHeaderValue.Parse("application/json")) };
        if (ifMatch is not null)
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        return client.SendAsync(request);
    }

    public static Task<HttpResponseMessage> Upload(HttpClient client, string id, string type, byte[] content, string mediaType = "application/pdf")
    {
        var body = new ByteArrayContent(content);
        body.Headers.ContentType = new MediaTypeHeaderValue(mediaType);
        return client.PostAsync($"/api/v1/applications/{id}/documents?type={type}", body);
    }

    public static Task<HttpResponseMessage> Act(HttpClient client, string id, string action, string? body = null) =>
        client.PostAsync($"/api/v1/applications/{id}/actions/{action}", body is null ? null : new StringContent(body, MediaTypeHeaderValue.Parse("application/json")));

    public static async Task<JsonObject> ReadAsync(HttpResponseMessage answer, HttpStatusCode status = HttpStatusCode.OK)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == status, $"{(int)answer.StatusCode} instead of {(int)status}: {text}");
        return JsonNode.Parse(text)!.AsObject();
    }

    /// <summary>A desk at which the domicile certificate can be applied for.</summary>
    public static async Task<Desk> OpenAsync()
    {
        var desk = new Desk();
        await desk.DeliverAsync(Samples.Domicile());
        return desk;
    }
}

/// <summary>One desk for all tests of a class that leave no trace in each other's records.</summary>
public sealed class SharedDesk : IAsyncLifetime
{
    public Desk Desk { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Desk = await Tests.Desk.OpenAsync();

    public ValueTask DisposeAsync() => Desk.DisposeAsync();
}
