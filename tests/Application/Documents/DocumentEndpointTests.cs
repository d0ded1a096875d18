using System.Net;
using System.Security.Cryptography;
using EServices.Application.Documents;
using EServices.Platform.Storage;
using EServices.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace EServices.Application.Tests.Documents;

public sealed class DocumentEndpointTests(SharedDesk shared) : IClassFixture<SharedDesk>
{
    private static readonly byte[] Jpeg = [0xFF, 0xD8, 0xFF, 0xE0, 1, 2, 3];
    private static readonly byte[] Png = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 1];

    [Fact]
    public async Task Attach_EachKindOfFile_IsKeptAsItWas_ForThoseWhoMay()
    {
        var desk = shared.Desk;
        var (id, _) = await desk.UnderReviewAsync();
        var draft = await desk.DraftAsync();
        foreach (var (content, mediaType, type) in new[] { (Desk.Pdf, "application/pdf", "identity-proof"), (Jpeg, "image/jpeg", "photograph"), (Png, "image/png", "residence-proof") })
        {
            var attached = await Desk.ReadAsync(await Desk.Upload(desk.Citizen, draft, type, content, mediaType), HttpStatusCode.Created);
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(content)), (string)attached["sha256"]!);
            var read = await desk.Citizen.GetAsync((string)attached["href"]!);
            Assert.Equal(content, await read.Content.ReadAsByteArrayAsync());
            Assert.Equal(mediaType, read.Content.Headers.ContentType!.MediaType);
            Assert.Equal("nosniff", read.Headers.GetValues("X-Content-Type-Options").Single());
            await Assert.IsProblemAsync(await desk.Stranger.GetAsync((string)attached["href"]!), HttpStatusCode.NotFound, "not-found");
            await Assert.IsProblemAsync(await desk.Officer().GetAsync((string)attached["href"]!), HttpStatusCode.NotFound, "not-found");
        }
        var given = (string)(await desk.SeenAsync(id, desk.Officer()))["documents"]![0]!["given"]![0]!["documentId"]!;
        Assert.Equal(HttpStatusCode.OK, (await desk.Officer().GetAsync($"/api/v1/applications/{id}/documents/{given}")).StatusCode);
        // Another application's document is not found under this one.
        await Assert.IsProblemAsync(await desk.Citizen.GetAsync($"/api/v1/applications/{draft}/documents/{given}"), HttpStatusCode.NotFound, "not-found");
    }

    [Fact]
    public async Task Attach_TheSameFileTwice_IsOneAttachment()
    {
        var desk = shared.Desk;
        var id = await desk.DraftAsync();
        var first = await Desk.ReadAsync(await Desk.Upload(desk.Citizen, id, "voter-card", Desk.Pdf), HttpStatusCode.Created);
        var second = await Desk.ReadAsync(await Desk.Upload(desk.Citizen, id, "voter-card", Desk.Pdf), HttpStatusCode.OK);
        Assert.Equal((string)first["documentId"]!, (string)second["documentId"]!);
        Assert.Single((await desk.SeenAsync(id))["documents"]![0]!["given"]!.AsArray());
    }

    [Fact]
    public async Task Attach_SeveralAtOnce_AllFindTheirPlace()
    {
        var desk = shared.Desk;
        var id = await desk.DraftAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(page => Desk.Upload(desk.Citizen, id, "residence-proof", [.. Desk.Pdf, (byte)page])));
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Created, answer.StatusCode));
        Assert.Equal(6, (await desk.SeenAsync(id))["documents"]![1]!["given"]!.AsArray().Count);
    }

    [Fact]
    public async Task Attach_AfterACrashBetweenContentAndApplication_IsHealedByTheRepeat()
    {
        var desk = shared.Desk;
        var id = await desk.DraftAsync();
        var store = desk.Services.GetRequiredService<DocumentStore<UploadedDocument>>();
        await store.SaveAsync(new UploadedDocument(id, "voter-card", "application/pdf", Desk.Pdf, desk.Clock.GetUtcNow()), CancellationToken.None);

        await Desk.ReadAsync(await Desk.Upload(desk.Citizen, id, "voter-card", Desk.Pdf), HttpStatusCode.Created);

        Assert.Single((await desk.SeenAsync(id))["documents"]![0]!["given"]!.AsArray());
    }

    [Fact]
    public async Task Attach_WhatIsNotTaken_IsRefused()
    {
        var desk = shared.Desk;
        var id = await desk.DraftAsync();
        await Assert.IsProblemAsync(await Desk.Upload(desk.Citizen, id, "voter-card", Desk.Pdf, "image/png"), HttpStatusCode.BadRequest, "content-mismatch");
        await Assert.IsProblemAsync(await Desk.Upload(desk.Citizen, id, "voter-card", []), HttpStatusCode.BadRequest, "content-mismatch");
        await Assert.IsProblemAsync(await Desk.Upload(desk.Citizen, id, "voter-card", "<html>"u8.ToArray(), "text/html"), HttpStatusCode.UnsupportedMediaType, "media-type-unsupported");
        await Assert.IsProblemAsync(await Desk.Upload(desk.Citizen, id, "love-letter", Desk.Pdf), HttpStatusCode.BadRequest, "document-not-asked");
        await Assert.IsProblemAsync(await Desk.Upload(desk.Citizen, id, "", Desk.Pdf), HttpStatusCode.BadRequest, "document-not-asked");
        Assert.Empty((await desk.SeenAsync(id))["documents"]![0]!["given"]!.AsArray());
    }

    [Fact]
    public async Task Attach_FiveMegabytes_IsTaken_AndOneByteMoreIsNot_WhateverTheHeadersSay()
    {
        var desk = shared.Desk;
        var id = await desk.DraftAsync();
        var largest = new byte[DocumentEndpoints.Largest];
        Desk.Pdf.CopyTo(largest, 0);
        await Desk.ReadAsync(await Desk.Upload(desk.Citizen, id, "voter-card", largest), HttpStatusCode.Created);
        await Assert.IsProblemAsync(await Desk.Upload(desk.Citizen, id, "voter-card", [.. largest, 0]), HttpStatusCode.RequestEntityTooLarge, "body-too-large");

        var unannounced = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/applications/{id}/documents?type=voter-card") { Content = new StreamContent(new Unseekable([.. largest, 0])) };
        unannounced.Content.Headers.ContentType = new("application/pdf");
        await Assert.IsProblemAsync(await desk.Citizen.SendAsync(unannounced), HttpStatusCode.RequestEntityTooLarge, "body-too-large");
    }

    [Fact]
    public async Task Attach_OnceHandedIn_IsRefused()
    {
        var desk = shared.Desk;
        var (id, _) = await desk.SubmittedAsync();
        await Assert.IsProblemAsync(await Desk.Upload(desk.Citizen, id, "photograph", Png, "image/png"), HttpStatusCode.Conflict, "wrong-state");
    }

    /// <summary>A stream whose length nobody knows, so that it is sent in chunks.</summary>
    private sealed class Unseekable(byte[] content) : MemoryStream(content)
    {
        public override bool CanSeek => false;

        public override long Length => throw new NotSupportedException();
    }
}
