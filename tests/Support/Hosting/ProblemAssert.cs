using System.Net;
using System.Text.Json.Nodes;
using EServices.Platform.Web;
using Xunit;

namespace EServices.Testing;

/// <summary>What every refusal must look like.</summary>
public static class ProblemAssert
{
    extension(Assert)
    {
        /// <summary>An RFC 9457 problem of this status and code; returns it for a closer look.</summary>
        public static async Task<JsonObject> IsProblemAsync(HttpResponseMessage answer, HttpStatusCode status, string code)
        {
            var body = await answer.Content.ReadAsStringAsync();
            Assert.True(answer.StatusCode == status, $"{(int)answer.StatusCode} instead of {(int)status} ({code}): {body}");
            Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
            var problem = JsonNode.Parse(body)!.AsObject();
            Assert.Equal(Problems.TypePrefix + code, (string?)problem["type"]);
            Assert.Equal((int)status, (int?)problem["status"]);
            Assert.False(string.IsNullOrWhiteSpace((string?)problem["detail"]), $"no detail in {body}");
            return problem;
        }
    }
}
